/** What a bundler makes of the file: most give its bytes (esbuild `binary`, Wrangler), some its URL, which is to be fetched. */
declare const data: ArrayBuffer | Uint8Array;
export default data;
