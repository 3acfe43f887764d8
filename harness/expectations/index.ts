/** The registry of expectations, the keys under `expect` of a step. A new one is one file and one line here. */
import { createRegistry } from '../base/registry.ts'
import { UnsetVariable } from '../base/template.ts'
import { ERROR_KIND_INDEX } from '../model/outcome.ts'
import type { ExpectationPlan } from '../model/plan.ts'
import type { ExpectationContext, Judge, OneExpectation } from '../ports/expectation.ts'
import type { Exchange } from '../ports/target.ts'
import type { StatusLanguage } from '../ports/target-plugin.ts'
import { body } from './body.ts'
import { count } from './count.ts'
import { graphql } from './graphql.ts'
import { header } from './header.ts'
import { maxBytes } from './max-bytes.ts'
import { status } from './status.ts'

export const expectations = createRegistry('expectation', [status, body, header, maxBytes, count, graphql])

/** All expectations of a step as one judge: it sets errorKind and errorText of an answer that misses one. */
export interface CompiledExpectations {
  readonly judge: (exchange: Exchange) => void
  readonly needsAnswer: boolean
  /** Each on its own, for whoever tries a scenario. */
  readonly each: readonly OneExpectation[]
}

/** Compiles what a step expects. Without a `status` expectation the status has to be good in the language of the target. */
export function compileExpectations(
  plans: readonly ExpectationPlan[],
  context: ExpectationContext,
): CompiledExpectations {
  const judges = plans.map(({ kind, value }) => {
    const expectation = expectations.get(kind)
    return {
      kind,
      value,
      errorKind: ERROR_KIND_INDEX[expectation.errorKind],
      judge: expectation.compile(value, context),
    }
  })
  const judgesStatus = plans.some(({ kind }) => kind === 'status')
  return {
    needsAnswer: plans.some(({ kind }) => expectations.get(kind).needsAnswer),
    each: judges.map(({ kind, value, judge }) => ({
      kind,
      value,
      missOf: (exchange) => missOf(judge, exchange),
      refreshed: (exchange) => expectations.get(kind).refresh?.(value, exchange, context),
    })),
    judge(exchange) {
      if (!judgesStatus) judgeStatus(exchange, context.status)
      for (let i = 0; i < judges.length && exchange.errorKind === 0; i++) {
        const entry = judges[i] as (typeof judges)[number]
        const miss = missOf(entry.judge, exchange)
        if (miss === null) continue
        exchange.errorKind = entry.errorKind
        exchange.errorText = miss
      }
      if (exchange.errorKind === 0) exchange.errorText = ''
    },
  }
}

/** Says what the answer misses; a variable that is not set is a miss that names it. */
function missOf(judge: Judge, exchange: Exchange): string | null {
  try {
    return judge(exchange)
  } catch (error) {
    if (error instanceof UnsetVariable) return error.message
    throw error
  }
}

function judgeStatus(exchange: Exchange, language: StatusLanguage): void {
  if (language.isGood(exchange.status)) return
  exchange.errorKind = ERROR_KIND_INDEX.status
  // Most protocols say more than a number.
  if (exchange.errorText === '') exchange.errorText = language.nameOf(exchange.status)
}
