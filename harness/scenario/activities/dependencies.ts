/** Dependencies between activities: those that `needs` states, and those of an input on the output it is. */
import { posix } from 'node:path'
import type { Dependency } from '../../analysis/plan-graph/activity-graph.ts'
import type { Problem } from '../../base/errors.ts'
import { nearestName } from '../../base/nearest-name.ts'
import { type Path, pathText, unknownName } from '../problems.ts'
import type { ActivitiesDocument, WrittenActivity } from './schema.ts'

type Activities = readonly (readonly [name: string, activity: WrittenActivity])[]

/** Resolves every name in the activities; what names nothing is a problem and no dependency. */
export function resolveDependencies({ activities }: ActivitiesDocument): {
  readonly dependencies: readonly Dependency[]
  readonly problems: readonly Problem[]
} {
  const entries = Object.entries(activities)
  const outputs = outputsOf(entries)
  const parts = [statedDependencies(entries), inputDependencies(entries, outputs)]
  return {
    dependencies: parts.flatMap(({ dependencies }) => dependencies),
    problems: [...parts.flatMap(({ problems }) => problems), ...writtenTwice(outputs)],
  }
}

interface Resolved {
  readonly dependencies: Dependency[]
  readonly problems: Problem[]
}

function statedDependencies(activities: Activities): Resolved {
  const names = activities.map(([name]) => name)
  const known = new Set(names)
  const found: Resolved = { dependencies: [], problems: [] }
  for (const [after, { needs }] of activities)
    for (const [i, need] of needs.entries()) {
      const { activity: before, kind } =
        typeof need === 'string' ? { activity: need, kind: 'finish-to-start' as const } : need
      const path = ['activities', after, 'needs', i, ...(typeof need === 'string' ? [] : ['activity'])]
      if (known.has(before)) found.dependencies.push({ before, after, kind })
      else found.problems.push(unknownName(path, 'activity', before, names))
    }
  return found
}

/** Something that an activity writes, and where the file says so. */
interface Output {
  readonly writer: string
  /** `data.dataset` */
  readonly reference: string
  readonly file: string
  readonly path: Path
}

/** An input is a file that some activity writes, or `activity.output`. */
function inputDependencies(activities: Activities, outputs: readonly Output[]): Resolved {
  const writers = new Map([
    ...outputs.map(({ reference, writer }) => [reference, writer] as const),
    ...outputs.map(({ file, writer }) => [file, writer] as const),
  ])
  const found: Resolved = { dependencies: [], problems: [] }
  for (const [after, { inputs }] of activities)
    for (const [key, input] of itemsOf(inputs)) {
      const before = writers.get(input) ?? writers.get(posix.normalize(input))
      if (before !== undefined) found.dependencies.push({ before, after, kind: 'finish-to-start' })
      else found.problems.push(withoutWriter(['activities', after, 'inputs', key], input, writers.keys()))
    }
  return found
}

function withoutWriter(path: Path, input: string, known: Iterable<string>): Problem {
  const nearest = nearestName(input, known)
  return {
    path: pathText(path),
    message: `no activity writes '${input}'`,
    expected:
      'a file among the outputs of an activity, or activity.output; leave out what is there before the plan',
    ...(nearest === undefined ? {} : { nearest }),
  }
}

function writtenTwice(outputs: readonly Output[]): Problem[] {
  const first = new Map<string, Output>()
  return outputs.flatMap((output) => {
    const other = first.get(output.file)
    if (other === undefined) {
      first.set(output.file, output)
      return []
    }
    const message =
      other.writer === output.writer
        ? `${output.writer} writes '${output.file}' twice`
        : `${other.writer} and ${output.writer} both write '${output.file}'`
    return [
      {
        path: pathText(output.path),
        message,
        expected: 'one writer for each output',
      },
    ]
  })
}

function outputsOf(activities: Activities): Output[] {
  return activities.flatMap(([writer, { outputs }]) =>
    itemsOf(outputs).map(([key, file]) => ({
      writer,
      reference: `${writer}.${typeof key === 'number' ? file : key}`,
      file: posix.normalize(file),
      path: ['activities', writer, 'outputs', key],
    })),
  )
}

function itemsOf(items: WrittenActivity['inputs']): (readonly [key: string | number, item: string])[] {
  return Array.isArray(items) ? [...items.entries()] : Object.entries(items)
}
