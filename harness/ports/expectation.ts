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
}
