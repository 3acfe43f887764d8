/** The workloads of a document as it writes them: one without a name, or several by name. */
import type { Problem } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { parseDurationMs } from '../base/units.ts'
import type { WorkloadPlan } from '../model/plan.ts'
import type { WorkloadRef } from '../ports/workload.ts'
import { JOURNEY_WEIGHT } from './defaults.ts'
import { type Path, pathText, unknownName } from './problems.ts'
import type { ScenarioDocument } from './schema.ts'

type Document = Pick<ScenarioDocument, 'workload' | 'workloads' | 'journeys'>

export interface WrittenWorkload {
  /** Its place in the document. */
  readonly path: Path
  readonly name?: string
  /** The pattern and its own settings. */
  readonly settings: WorkloadRef
  readonly start?: string
  readonly after?: string
  /** Names, or weights by name; absent: all. */
  readonly journeys?: readonly string[] | Readonly<Record<string, number>>
}

/** Returns the workloads of a document; none, and the reason in `problems`, where not exactly one of the two keys is there. */
export function writtenWorkloads(document: Document, problems: Problem[]): WrittenWorkload[] {
  const { workload, workloads } = document
  if (workloads !== undefined && workload === undefined) {
    const written = Object.entries(workloads).map(([name, { start, after, journeys, ...settings }]) => ({
      path: ['workloads', name],
      name,
      settings,
      ...(start === undefined ? {} : { start }),
      ...(after === undefined ? {} : { after }),
      ...(journeys === undefined ? {} : { journeys }),
    }))
    problems.push(...journeyProblems(written, document.journeys))
    return written
  }
  if (workload !== undefined && workloads === undefined) return [{ path: ['workload'], settings: workload }]
  problems.push({
    path: 'workload',
    message: workload === undefined ? 'missing' : 'there are both workload and workloads',
    expected: 'either workload, or workloads by name',
  })
  return []
}

/** Returns what the agents of a workload walk, in the order of the journeys; undefined: all of them, at their own weights. */
export function walkedBy(
  { name, journeys }: WrittenWorkload,
  all: Document['journeys'],
): WorkloadPlan['journeys'] {
  if (name === undefined) return undefined
  const names = journeys === undefined ? Object.keys(all) : namesOf(journeys)
  const own = Array.isArray(journeys) || journeys === undefined ? {} : (journeys as Record<string, number>)
  return Object.entries(all).flatMap(([journey, { weight = JOURNEY_WEIGHT }]) =>
    names.includes(journey) ? [{ name: journey, weight: lookUp(own, journey) ?? weight }] : [],
  )
}

function namesOf(journeys: NonNullable<WrittenWorkload['journeys']>): readonly string[] {
  return Array.isArray(journeys) ? (journeys as readonly string[]) : Object.keys(journeys)
}

/** Names of journeys that are not there, and journeys that nobody would walk. */
function journeyProblems(written: readonly WrittenWorkload[], all: Document['journeys']): Problem[] {
  const known = Object.keys(all)
  const named = written.map(({ journeys }) => (journeys === undefined ? known : namesOf(journeys)))
  const unknown = written.flatMap(({ path }, i) =>
    (named[i] as readonly string[])
      .filter((name) => !known.includes(name))
      .map((name) => unknownName([...path, 'journeys'], 'journey', name, known)),
  )
  const empty = written.flatMap(({ path }, i) =>
    named[i]?.length === 0
      ? [
          {
            path: pathText([...path, 'journeys']),
            message: 'names no journey',
            expected: `one of ${known.join(', ')}`,
          },
        ]
      : [],
  )
  const idle = known
    .filter((name) => !named.some((names) => names.includes(name)))
    .map((name) => ({
      path: pathText(['journeys', name]),
      message: 'no workload walks it',
      expected: 'its name in the journeys of a workload',
    }))
  return [...unknown, ...empty, ...idle]
}

/**
 * Returns when each workload begins, ms since run start; null where it names one that is not there, or waits for itself.
 * @param lengthsMs of the workloads, in their order
 */
export function beginsOf(
  written: readonly WrittenWorkload[],
  lengthsMs: readonly number[],
  problems: Problem[],
): (number | null)[] {
  const begins = new Map<WrittenWorkload, number | null>()
  const beginOf = (each: WrittenWorkload, waiting: readonly WrittenWorkload[]): number | null => {
    const known = begins.get(each)
    if (known !== undefined) return known
    const { after, start = '0s', path } = each
    const ownMs = parseDurationMs(start)
    if (after === undefined) return ownMs
    const before = written.find(({ name }) => name === after)
    if (before === undefined) {
      const others = written.flatMap(({ name }) => (name === undefined || name === each.name ? [] : [name]))
      problems.push(unknownName([...path, 'after'], 'workload', after, others))
      return null
    }
    if ([...waiting, each].includes(before)) {
      problems.push({
        path: pathText([...path, 'after']),
        message: `'${each.name}' would begin after itself`,
        expected: 'a workload that does not wait for this one',
      })
      return null
    }
    const beforeMs = beginOf(before, [...waiting, each])
    return beforeMs === null ? null : beforeMs + (lengthsMs[written.indexOf(before)] as number) + ownMs
  }
  for (const each of written) if (!begins.has(each)) begins.set(each, beginOf(each, []))
  return written.map((each) => begins.get(each) ?? null)
}
