/** Checks before load: what would spoil it is found before the first request. */
import { HarnessError } from '../../base/errors.ts'
import { unlessStopped } from '../../base/stop-request.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import { runPreflight } from '../../preflight/index.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import type { RunContext } from './context.ts'
import type { PreparedLoad } from './launch-targets.ts'
import { preflightContext } from './preflight-context.ts'
import { createRunMask } from './run-mask.ts'

/** Runs every check; findings are without secrets. @throws HarnessError INTERRUPTED */
export async function preflight(run: RunContext, load: PreparedLoad): Promise<readonly PreflightFinding[]> {
  const secrets = presentSecrets(run, load)
  const findings = await unlessStopped(run.stop.signal, 'during preflight', () =>
    runPreflight(preflightContext(run, load, secrets)),
  )
  return createRunMask(secrets ?? {}, load.plan).data(findings)
}

/** Null when one is missing: a check says which. */
function presentSecrets({ host }: RunContext, { plan }: PreparedLoad): Record<string, string> | null {
  try {
    return resolveSecrets(plan.secrets, host.env)
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'SECRET_MISSING') return null
    throw error
  }
}

/** @throws HarnessError PREFLIGHT_BLOCKED with every finding that blocks */
export function requireClear(findings: readonly PreflightFinding[]): void {
  const blocked = findings.filter(({ level }) => level === 'blocked')
  if (blocked.length === 0) return
  throw new HarnessError('PREFLIGHT_BLOCKED', 'preflight blocked the run; no load was sent', {
    problems: blocked.map(({ check, message, hint }) => ({
      path: check,
      message,
      ...(hint === undefined ? {} : { expected: hint }),
    })),
    hint: 'Fix the problems listed above; `proofload preflight SCENARIO` checks again without sending load.',
  })
}
