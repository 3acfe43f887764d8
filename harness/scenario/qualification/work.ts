/** The work of an activity: its kind and the settings of that kind. */
import type * as z from 'zod'
import type { Problem } from '../../base/errors.ts'
import { invariant } from '../../base/errors.ts'
import { parseDurationMs, parseRatePerSec } from '../../base/units.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import type { ActivityKind } from '../../model/qualification.ts'
import type { ActivityWork, LoadOverrides } from '../../model/qualification-plan.ts'
import { parseAt } from '../problems.ts'
import { kindsOf, SETTINGS, type WrittenQualifiedActivity } from './schema.ts'

/** The one kind of an activity that fits the schema. */
export function kindOf(written: WrittenQualifiedActivity): ActivityKind {
  const [kind] = kindsOf(written)
  invariant(kind !== undefined, 'an activity has a kind')
  return kind
}

type FoundWork =
  | { readonly work: ActivityWork; readonly problems: readonly [] }
  | { readonly work: null; readonly problems: readonly Problem[] }

/** The work, or what is wrong with its settings. */
export function workOf(name: string, written: WrittenQualifiedActivity): FoundWork {
  const kind = kindOf(written)
  const workBy = <T>(schema: z.ZodType<T>, build: (settings: T) => ActivityWork): FoundWork => {
    const { value, problems } = parseAt(schema, written.with, ['activities', name, 'with'])
    return value === null ? { work: null, problems } : { work: build(value), problems: [] }
  }
  switch (kind) {
    case 'run':
      return workBy(SETTINGS.run, ({ baseline = null, confirm, armRollback, threads = null, ...rest }) => ({
        ...{ kind, ...scenario(written.run, rest, threads), baseline, confirm, armRollback },
      }))
    case 'capacity':
      return workBy(SETTINGS.capacity, (settings) => capacityWork(written.capacity, settings))
    case 'triage':
      return workBy(SETTINGS.triage, ({ repeats, armRollback, threads = null, ...rest }) => ({
        ...{ kind, ...scenario(written.triage, rest, threads), repeats, armRollback },
      }))
    case 'visual':
      return workBy(SETTINGS.visual, ({ file, folder = null }) => ({
        ...{ kind, name: written.visual ?? '', file, folder },
      }))
    case 'command':
      return workBy(SETTINGS.command, ({ env }) => ({ kind, argv: written.command ?? [], env }))
    case 'check':
      return workBy(SETTINGS.check, () => ({ kind, path: written.check?.$code ?? '' }))
    case 'approval':
      return workBy(SETTINGS.approval, () => ({ kind, question: written.approval ?? '' }))
  }
}

function capacityWork(
  source: string | undefined,
  settings: z.output<typeof SETTINGS.capacity>,
): ActivityWork {
  const { by, atLeast, from, max, probes = null, probe, budget, threads = null, ...rest } = settings
  return {
    ...{ kind: 'capacity', ...scenario(source, rest, threads), by },
    ...{ atLeast: levelOf(atLeast), from: levelOf(from), max: levelOf(max), probesMax: probes },
    probeS: probe === undefined ? null : parseDurationMs(probe) / 1000,
    budgetMs: parseDurationMs(budget),
  }
}

/** The scenario, the command or the question, for people. */
export function whatOf(work: ActivityWork): string {
  switch (work.kind) {
    case 'run':
    case 'capacity':
    case 'triage':
      return work.scenario
    case 'command':
      return work.argv.map((word) => (/\s/.test(word) ? JSON.stringify(word) : word)).join(' ')
    case 'check':
      return work.path
    case 'approval':
      return work.question
    case 'visual':
      return `${work.name}: ${work.file}`
  }
}

function scenario(source: string | undefined, overrides: object, threads: number | null) {
  return { scenario: source ?? '', overrides: withoutGaps(overrides) as LoadOverrides, threads }
}

function levelOf(level: string | number | undefined): number | null {
  if (level === undefined) return null
  return typeof level === 'number' ? level : parseRatePerSec(level)
}
