/** Data feeders of a checked document: rows as text, references between feeders without circles. */
import type { Problem } from '../base/errors.ts'
import type { FeederPlan } from '../model/plan.ts'
import type { ScenarioDocument } from './schema.ts'

type FeederDocument = NonNullable<ScenarioDocument['data']>[string]
type Row = Record<string, string>

/** Feeders of a checked document as plans; no rows and cycles of references are problems. */
export function resolveFeeders(
  data: ScenarioDocument['data'],
  problems: Problem[],
): Record<string, FeederPlan> {
  const feeders = Object.fromEntries(
    Object.entries(data ?? {}).map(([name, feeder]) => [name, planOf(name, feeder, problems)]),
  )
  const cycle = findCycle(feeders)
  if (cycle !== null) {
    problems.push({
      path: `data.${cycle[0]}`,
      message: `feeders refer to each other in a circle: ${cycle.join(' -> ')}`,
      expected: 'rows that refer only to feeders which do not refer back',
    })
  }
  return feeders
}

function planOf(name: string, feeder: FeederDocument, problems: Problem[]): FeederPlan {
  const rows = (feeder.rows ?? []).map(
    (row): Row => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value)])),
  )
  if (rows.length === 0)
    problems.push({ path: `data.${name}`, message: 'the feeder has no rows', expected: 'at least one row' })
  return { mode: feeder.mode ?? 'circular', rows }
}

/** Feeders whose rows hold `{{other.field}}` depend on the other one. */
function findCycle(feeders: Readonly<Record<string, FeederPlan>>): string[] | null {
  const references = new Map(
    Object.entries(feeders).map(([name, { rows }]) => [
      name,
      [
        ...new Set(
          [...JSON.stringify(rows).matchAll(/\{\{\s*([\w-]+)\.[\w-]+\s*\}\}/g)].map(
            ([, other]) => other as string,
          ),
        ),
      ].filter((other) => other in feeders),
    ]),
  )
  const visit = (name: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
    for (const other of references.get(name) ?? []) {
      const found = visit(other, [...trail, name])
      if (found !== null) return found
    }
    return null
  }
  for (const name of references.keys()) {
    const found = visit(name, [])
    if (found !== null) return found
  }
  return null
}
