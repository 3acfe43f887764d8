/** Data feeders of a checked document: rows as text, references between feeders without circles. */
import type { Problem } from '../base/errors.ts'
import type { FeederPlan } from '../model/plan.ts'
import { FEEDER_MODE } from './defaults.ts'
import type { FeederDocument } from './feeder-schema.ts'
import type { ScenarioDocument } from './schema.ts'
import { variablesIn } from './templates.ts'

type Feeders = Readonly<Record<string, FeederPlan>>

/** Names that `{{name.field}}` uses for something else. */
const RESERVED = ['agent', 'env', 'secret']

/** Feeders as plans; no rows, reserved names and circles of references are problems. */
export function resolveFeeders(data: ScenarioDocument['data'], problems: Problem[]): Feeders {
  const feeders = Object.fromEntries(
    Object.entries(data ?? {}).map(([name, feeder]) => [name, resolveFeeder(name, feeder, problems)]),
  )
  const circle = findCircle(feeders)
  if (circle !== null) {
    problems.push({
      path: `data.${circle[0]}`,
      message: `feeders refer to each other in a circle: ${circle.join(' -> ')}`,
      expected: 'rows that refer only to feeders which do not refer back',
    })
  }
  return feeders
}

function resolveFeeder(name: string, feeder: FeederDocument, problems: Problem[]): FeederPlan {
  const path = `data.${name}`
  const rows = (feeder.rows ?? []).map((row) =>
    Object.fromEntries(Object.entries(row).map(([field, value]) => [field, String(value)])),
  )
  const { generate } = feeder
  if (generate !== undefined && Object.keys(generate).length === 0)
    problems.push({ path, message: 'no fields', expected: 'at least one field' })
  if (generate === undefined && rows.length === 0)
    problems.push({ path, message: 'no rows', expected: 'at least one row' })
  if (RESERVED.includes(name))
    problems.push({ path, message: `{{${name}.…}} has a meaning of its own`, expected: 'another name' })
  return { mode: feeder.mode ?? FEEDER_MODE, rows, ...(generate === undefined ? {} : { generate }) }
}

/** A feeder whose rows hold `{{other.field}}` depends on the other one; the first way round that is found. */
function findCircle(feeders: Feeders): string[] | null {
  const references = new Map(
    Object.entries(feeders).map(([name, { rows }]) => {
      const named = variablesIn(rows).map(({ variable }) => variable.split('.')[0] as string)
      return [name, [...new Set(named)].filter((other) => Object.hasOwn(feeders, other))]
    }),
  )
  const visit = (name: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
    return firstFound(references.get(name) ?? [], (other) => visit(other, [...trail, name]))
  }
  return firstFound([...references.keys()], (name) => visit(name, []))
}

function firstFound<T, R>(items: readonly T[], find: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = find(item)
    if (found !== null) return found
  }
  return null
}
