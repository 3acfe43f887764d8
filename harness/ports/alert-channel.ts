import type { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import type { Alert } from '../model/alert.ts'
import type { TextStream } from './host.ts'

/** Tells one service. */
export interface AlertChannel {
  /** Delivers one alert, once; rejects when the service did not take it. Retries, time limits and breakers are the caller's. */
  send(alert: Alert, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface AlertChannelContext {
  readonly clock: Clock
  /** For the console channel. */
  readonly stderr: TextStream
}

/** A service that can be told. Everything about it lives in its one file. */
export interface AlertChannelPlugin {
  readonly name: string
  /** One sentence for docs. */
  readonly summary: string
  /** As scenarios write it, defaults included; secrets are filled in before `create`. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  create(config: Readonly<Record<string, unknown>>, context: AlertChannelContext): AlertChannel
}
