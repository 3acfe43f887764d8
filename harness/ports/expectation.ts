import type { z } from 'zod'
import type { Exchange } from './target.ts'

/** Judges one answer: null when good, else what was wrong, for people. Pure. */
export type Judge = (exchange: Exchange) => string | null

/** A kind of judgement a step may ask for (`expect: { status: 200 }`). */
export interface Expectation {
  /** Key under `expect`. */
  readonly name: string
  /** Error kind of an answer that misses it. */
  readonly errorKind: 'status' | 'expectation'
  readonly schema: z.ZodType
  /** Whether headers or body must be kept for it. */
  readonly needsAnswer: boolean
  /** @param value parsed by `schema` */
  compile(value: unknown): Judge
}
