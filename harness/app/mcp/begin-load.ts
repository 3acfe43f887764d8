/** The two steps of every load: the plan is shown with a token; with the token it is sent, if it still is that plan. */
import { HarnessError } from '../../base/errors.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import type { PreparedPlan } from '../run/prepare.ts'
import type { LoadLimits } from './grants.ts'
import { requirePermitted } from './permission.ts'
import { planSummary } from './plan-summary.ts'
import { type FoundScenario, findScenario, type GivenScenario, planOf } from './scenario-source.ts'
import { type McpSession, type ToolAnswer, untrusted } from './tool.ts'

export interface WishedLoad extends GivenScenario {
  readonly overrides: Partial<Record<keyof Overrides, unknown>>
  readonly confirm?: string | undefined
}

/** A load that was confirmed. */
export interface ConfirmedLoad {
  readonly source: string
  readonly scenario: string
  readonly overrides: Overrides
  /** Refuses every plan but those that may be sent. */
  readonly permit: (prepared: PreparedPlan) => void
}

/**
 * @param about what the yes is about besides the plan @param limits of this kind of load
 * @param begin starts it @throws HarnessError
 */
export async function beginLoad(
  { overrides: wished, confirm, ...given }: WishedLoad,
  session: McpSession,
  kind: {
    readonly about: Readonly<Record<string, unknown>>
    readonly limits: LoadLimits
    readonly isSearch: boolean
  },
  begin: (load: ConfirmedLoad) => ToolAnswer,
): Promise<ToolAnswer> {
  const { confirmations, loads, scenarios } = session
  const taken = confirm === undefined ? null : confirmations.take(confirm)
  const found = await findScenario(given, scenarios)
  const own = withoutGaps(wished) as Overrides
  const overrides = taken === null ? own : { ...own, seed: taken.seed }
  const prepared = await planOf(found, overrides, scenarios)
  const grants = { ...found.grants, limits: kind.limits }
  requirePermitted(prepared, kind.isSearch ? { ...grants, limits: WIDER(kind.limits) } : grants)
  loads.requireFree()
  const shown = { ...kind.about, planHash: planHashOf(prepared, found) }
  if (taken === null)
    return untrusted({
      state: 'needs-confirmation',
      plan: planSummary(prepared),
      ...kind.about,
      token: confirmations.ask(shown, prepared.plan.seed),
      next: 'Nothing was sent. Show the plan to whoever decides; to go on, call again with the same arguments and confirm: token.',
    })
  taken.require(shown)
  return begin({
    source: found.path,
    scenario: prepared.plan.scenario,
    overrides: { ...overrides, allowHosts: found.grants.hosts },
    permit: permitOf(prepared, grants, kind.isSearch),
  })
}

/** The scenario's own load is not sent by a search, which has levels of its own. */
const WIDER = (limits: LoadLimits): LoadLimits => ({
  ...limits,
  ratePerSec: Number.POSITIVE_INFINITY,
  agents: Number.POSITIVE_INFINITY,
  durationMs: Number.POSITIVE_INFINITY,
})

function planHashOf(prepared: PreparedPlan, { path }: FoundScenario): string {
  return `${prepared.planHash} ${prepared.scenarioHash ?? path}`
}

/** A run is the plan that was confirmed and no other; every load of a search is held to the limits. */
function permitOf(
  confirmed: PreparedPlan,
  grants: Parameters<typeof requirePermitted>[1],
  isSearch: boolean,
): ConfirmedLoad['permit'] {
  let isFirst = isSearch
  return (prepared) => {
    const mayBeLarger = isFirst
    isFirst = false
    requirePermitted(prepared, mayBeLarger ? { ...grants, limits: WIDER(grants.limits) } : grants)
    const isOther = isSearch
      ? prepared.scenarioHash !== confirmed.scenarioHash
      : prepared.planHash !== confirmed.planHash
    if (isOther)
      throw new HarnessError('CONFIRMATION_INVALID', 'the scenario was changed after it was confirmed', {
        hint: 'Start it again, and look at the plan.',
      })
  }
}
