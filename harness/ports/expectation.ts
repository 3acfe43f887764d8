import type { z } from 'zod'
import type { Exchange, StatusLanguage } from './target.ts'

/** Judges one answer: returns null when it is good, else a message for people. Pure. */
export type Judge = (exchange: Exchange) => string | null

/** A kind of judgement that a step may ask for (`expect: { status: 200 }`). */
export interface Expectation {
  /** The key under `expect`. */
  readonly name: string
  /** The error kind of an answer that does not meet it. */
  readonly errorKind: 'status' | 'expectation'
  readonly schema: z.ZodType
  /** True when headers or body must be kept for it. */
  readonly needsAnswer: boolean
  /** @param value parsed by `schema` @param language of the target that answers */
  compile(value: unknown, language: StatusLanguage): Judge
}
