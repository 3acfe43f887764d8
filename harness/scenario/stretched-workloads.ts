/** Several workloads made longer or shorter as a whole: each keeps its share of the time, and its shape. */

import type { WorkloadRef } from '../ports/workload.ts'
import { workloadPatterns } from '../workloads/index.ts'
import { isObject, type Json } from './environments.ts'
import { lengthMsOf, resolvePattern } from './resolve-workload.ts'
import { beginsOf, type WrittenWorkload } from './written-workloads.ts'

/** Returns workloads as a document writes them, the last of which ends after `durationMs`; unchanged where one of them is wrong. */
export function stretchedTo(workloads: Json, durationMs: number): Json {
  const written = Object.entries(workloads).flatMap(([name, entry]) => writtenOf(name, entry) ?? [])
  const lengthsMs = written.flatMap(({ settings }) => {
    const pattern = resolvePattern(settings, [], [])
    return pattern === null ? [] : [lengthMsOf(pattern)]
  })
  if (written.length < Object.keys(workloads).length || lengthsMs.length < written.length) return workloads
  const begins = beginsOf(written, lengthsMs, [])
  if (begins.includes(null)) return workloads
  const factor =
    durationMs / Math.max(...begins.map((beginMs, i) => (beginMs as number) + (lengthsMs[i] as number)))
  return Object.fromEntries(
    written.map((each, i) => [each.name, stretchedBy(factor, each, lengthsMs[i] as number)]),
  )
}

function writtenOf(name: string, entry: unknown): (WrittenWorkload & { readonly rest: Json }) | null {
  if (!isObject(entry)) return null
  const { start, after, journeys, ...settings } = entry
  const isText = (value: unknown) => value === undefined || typeof value === 'string'
  if (!isText(start) || !isText(after) || typeof settings['pattern'] !== 'string') return null
  const begin = {
    ...(typeof start === 'string' ? { start } : {}),
    ...(typeof after === 'string' ? { after } : {}),
  }
  const rest = journeys === undefined ? {} : { journeys }
  return { path: ['workloads', name], name, settings: settings as unknown as WorkloadRef, ...begin, rest }
}

function stretchedBy(
  factor: number,
  { settings, start, after, rest }: WrittenWorkload & { readonly rest: Json },
  lengthMs: number,
): Json {
  const beginMs =
    beginsOf([{ path: [], settings, ...(start === undefined ? {} : { start }) }], [0], [])[0] ?? 0
  return {
    ...workloadPatterns.get(settings.pattern).withDuration(settings, lengthMs * factor),
    ...(start === undefined ? {} : { start: `${beginMs * factor}ms` }),
    ...(after === undefined ? {} : { after }),
    ...rest,
  }
}
