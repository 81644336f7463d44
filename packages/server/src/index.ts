export { openApiDocument } from "./api/openapi.ts";
export type * from "./api/wire.ts";
export { type App, type AppOptions, createApp } from "./http/app.ts";
export type { Audit, AuditEvent } from "./http/audit.ts";
export type { RateLimits, RateState } from "./http/rate-limit.ts";
export type { AsyncKeyStore, Awaitable, KeyStore, VerifiedKey } from "./keys/key-store.ts";
export type { Loan, TokenKind, TokenStore } from "./keys/token-store.ts";
export type { Authorization, OAuthEndpoint, OAuthRequest } from "./oauth/authorization.ts";
