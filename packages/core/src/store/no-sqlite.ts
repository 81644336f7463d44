/** In the place of SQLite where a runtime has none: see `imports` in package.json. Loading it fails, and who loads says what to do. */
throw new Error("this runtime, or the bundle made for it, has no node:sqlite");
