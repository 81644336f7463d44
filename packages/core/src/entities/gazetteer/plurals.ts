/** Common plurals that are too short, or too much like a name, for a rule. */
export const shortPlurals = `apps apis bikes birds blogs books bots boxes bugs cars cats chats clouds codes cookies days dogs docs emails events
  files flights forms friends games goals graphs groups hotels hours houses ideas jobs keys kids laptops links lists
  logs maps meetings models months movies nodes notes pages phones plans plugins ports projects queues recipes
  records repos roles rules shoes songs tables tags tasks teams tests texts tickets tokens tools topics trains trips
  types urls users values vectors views weeks widgets words years`;
/** Names that look like a plural. */
export const namesLikePlurals = `billings chambers clements connors cummings flowers giants hastings hercules jennings rangers rawlings reuters
  sanders summers travers venables walters winters`;
