/** Settings that the targets over streams of server-sent events share. */
import { duration } from '../../base/text-schemas.ts'
import { parseDurationMs } from '../../base/units.ts'
import { type HttpConfig, httpConfigSchema } from '../http/schema.ts'

const { version, headers, maxBody, tls, pid } = httpConfigSchema.shape

/** Keys of a configuration beside its URL. */
export const streamSettings = {
  /** Version of HTTP. Default: 1. */
  version,
  /** Sent with every request; those of a step win. */
  headers,
  /** Longest silence between two events. Default: `timeouts.firstByte` of the step. */
  idle: duration
    .optional()
    .describe('Longest silence between two events. Default: timeouts.firstByte of the step.'),
  /** Largest answer, all of its events together. Default: `'64MiB'`. */
  maxBody: maxBody.describe('Largest answer, all of its events together'),
  /** Proof of the server's identity. */
  tls,
  /** Process of the target on this machine, to record its CPU and memory. */
  pid,
}

/** A configuration with these settings. */
export type StreamConfig = Pick<HttpConfig, 'url' | 'version' | 'headers' | 'maxBody' | 'tls'> & {
  readonly idle?: string | undefined
}

/** Returns the configuration of the HTTP driver beneath. @param headers sent with every request, beside those of the author */
export function httpConfigOf(
  config: StreamConfig,
  headers: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const { url, version, maxBody, tls } = config
  return httpConfigSchema.parse({ url, version, maxBody, tls, headers: { ...headers, ...config.headers } })
}

/** Returns the longest silence, ms; null when each step has its own. */
export function idleMsOf({ idle }: Pick<StreamConfig, 'idle'>): number | null {
  return idle === undefined ? null : parseDurationMs(idle)
}
