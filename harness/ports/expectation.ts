import type * as z from 'zod'
import type { MakeTemplate } from '../base/template.ts'
import type { Exchange } from './target.ts'
import type { StatusLanguage } from './target-plugin.ts'

/** The context in which an expectation is compiled. */
export interface ExpectationContext {
  /** The statuses of the target that answers. */
  readonly status: StatusLanguage
  /** Makes templates of the texts in the value. */
  readonly template: MakeTemplate
}

/** Judges one answer: null when good, else what was wrong, for people. Pure. @throws UnsetVariable */
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
  /** Compiles a value that `schema` accepts. */
  compile(value: unknown, context: ExpectationContext): Judge
  /** Returns the value that this answer would meet, in the shape of the one that is given; absent where there is no such value. */
  refresh?(value: unknown, exchange: Exchange, context: ExpectationContext): unknown
}

/** One expectation of a step on its own, whatever the others say: for trials. */
export interface OneExpectation {
  readonly kind: string
  readonly value: unknown
  /** Says what an answer misses; null when it misses nothing. */
  missOf(exchange: Exchange): string | null
  /** Returns the value that this answer would meet; undefined where there is none. */
  refreshed(exchange: Exchange): unknown
}
