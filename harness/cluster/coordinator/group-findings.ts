import { formatAmount } from '../../base/units.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'

/** The findings of one worker on its machine. */
export interface WorkerFindings {
  readonly worker: string
  readonly findings: readonly PreflightFinding[]
}

/** Joins what workers found: one finding for all that say the same, with their names. What is well is said once for all. */
export function groupFindings(all: readonly WorkerFindings[]): PreflightFinding[] {
  const groups = new Map<string, { readonly finding: PreflightFinding; readonly workers: string[] }>()
  for (const { worker, findings } of all)
    for (const finding of findings.filter(({ level }) => level !== 'ok')) {
      const key = JSON.stringify(finding)
      const group = groups.get(key) ?? { finding, workers: [] }
      groups.set(key, group)
      group.workers.push(worker)
    }
  const grouped = [...groups.values()].map(({ finding, workers }) => ({
    ...finding,
    message: `on ${workers.length} of ${all.length} workers (${workers.join(', ')}): ${finding.message}`,
  }))
  const isBlocked = grouped.some(({ level }) => level === 'blocked')
  const well = `${formatAmount(all.length, 'worker')} looked at their machines`
  return isBlocked ? grouped : [...grouped, { check: 'workers', level: 'ok', message: well }]
}
