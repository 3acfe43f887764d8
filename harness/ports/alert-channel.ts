import type * as z from 'zod'
import type { Clock } from '../base/clock.ts'
import type { Alert } from '../model/alert.ts'
import type { TextStream } from './host.ts'

/** Sends alerts to one service. */
export interface AlertChannel {
  /**
   * Delivers one alert, once; rejects when the service did not accept it. The caller adds retries, time limits and circuit
   * breakers.
   */
  send(alert: Alert, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface AlertChannelContext {
  readonly clock: Clock
  /** The stream of the console channel. */
  readonly stderr: TextStream
}

/** A plugin for one alerting service, contained in one file. */
export interface AlertChannelPlugin {
  readonly name: string
  /** One sentence for the documentation. */
  readonly summary: string
  /** The configuration as written in scenarios, defaults included; secrets are filled in before `create`. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  create(config: Readonly<Record<string, unknown>>, context: AlertChannelContext): AlertChannel
}
