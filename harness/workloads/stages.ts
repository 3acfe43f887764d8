import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import type { Written } from '../base/written.ts'
import type { CurvePlan } from '../model/plan.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import { delayMs, durationMs, lengthSetting, ofEitherModel, PLAIN, ratePerSec } from './config.ts'

/** A demand in its unit: a rate makes the open model, a plain number of agents the closed one. */
const level = z
  .union([
    z.int().min(0).max(1_000_000),
    z.literal('0/s').transform(() => ({ perSec: 0 })),
    ratePerSec.transform((perSec) => ({ perSec })),
  ])
  .describe('Arrivals, e.g. 200/s, or a number of agents')

const stage = z.strictObject({
  /** The demand at its end: `'200/s'`, or a number of agents. */
  to: level,
  /** Its length; `'0s'` for a jump. */
  for: delayMs.describe('Its length; 0s for a jump'),
  /** Name of its phase. Default: `stage-1`, `stage-2` ... */
  name: z.string().min(1).optional().describe('Name of its phase. Default: stage-1, stage-2 ...'),
})

const configSchema = z.strictObject({
  /** Stages, one after the other: the demand goes in a straight line to the end of each. */
  stages: z
    .array(stage)
    .min(1)
    .max(100)
    .describe('Stages, one after the other: the demand goes in a straight line to the end of each'),
  /** The demand at the beginning. Default: 0. */
  start: level.optional().describe('Demand at the beginning. Default: 0.'),
  /** Length of the whole run: stages keep their proportion. Default: what they add up to. */
  duration: durationMs.optional().describe('Length of the whole run: stages keep their proportion'),
  /** Open model: evenly spaced, or as independent users come. Default: constant. */
  arrivals: z
    .enum(['constant', 'poisson'])
    .default('constant')
    .describe('Open model. constant: evenly spaced; poisson: like independent users'),
  ...ofEitherModel,
})

type Config = z.output<typeof configSchema>
type Level = z.output<typeof level>

/** Demand in stages, as people say it: `stages({ stages: [{ to: '200/s', for: '5m' }, { to: '200/s', for: '10m' }] })`. */
export function stages(settings: Written<typeof configSchema>): WorkloadRef {
  return { pattern: 'stages', ...settings }
}

/** The pattern `stages`. */
export const stagesPattern: WorkloadPattern = {
  name: 'stages',
  summary: 'stages of rising and falling demand: arrivals a second, or agents',
  configSchema,
  withDuration: lengthSetting('duration'),
  resolve(written) {
    const config = written as Config
    const model = modelOf(config)
    const parts = partsOf(config)
    const durationMs = parts.reduce((sum, { lengthMs }) => sum + lengthMs, 0)
    if (durationMs === 0)
      throw new HarnessError('SCENARIO_INVALID', 'the stages take no time', {
        hint: 'Give at least one of them a length: { to: 200/s, for: 5m }.',
      })
    const { agents, arrivals, whenBusy: busy, think, pacing, joinRate: rate, iterations: ends } = config
    return {
      ...PLAIN,
      model,
      curve: { kind: 'sequence', parts: parts.map(({ curve }) => curve) },
      arrivals,
      whenBusy: busy,
      agents: agents ?? null,
      think,
      pacingMs: pacing,
      joinPerSec: rate ?? null,
      ...(ends === undefined ? {} : { iterations: ends }),
      phases: phasesOf(parts),
    }
  },
}

/** @throws HarnessError SCENARIO_INVALID for stages of both units, and for settings of the other model */
function modelOf(config: Config): 'open' | 'closed' {
  const levels = [...(config.start === undefined ? [] : [config.start]), ...config.stages.map(({ to }) => to)]
  const rates = levels.filter((each) => typeof each !== 'number').length
  if (rates > 0 && rates < levels.length)
    throw new HarnessError('SCENARIO_INVALID', 'some stages are rates and some are numbers of agents', {
      hint: 'Write all of them as rates (200/s, the open model), or all of them as agents (200, the closed model).',
    })
  const model = rates > 0 ? 'open' : 'closed'
  const foreign = foreignSettings(config, model)
  if (foreign.length > 0)
    throw new HarnessError(
      'SCENARIO_INVALID',
      `${foreign.join(', ')}: not for stages of the ${model} model`,
      {
        hint:
          model === 'open'
            ? 'Arrivals at a rate do not wait: leave think, pacing, joinRate and iterations out, or write stages as numbers of agents.'
            : 'The stages say how many agents there are: leave agents out, or write stages as rates.',
      },
    )
  return model
}

function foreignSettings(
  { think, pacing, joinRate: rate, iterations: ends, agents }: Config,
  model: 'open' | 'closed',
): string[] {
  const said = Object.entries(
    model === 'open'
      ? {
          think: think.maxMs > 0,
          pacing: pacing > 0,
          joinRate: rate !== undefined,
          iterations: ends !== undefined,
        }
      : { agents: agents !== undefined },
  )
  return said.flatMap(([name, isSaid]) => (isSaid ? [name] : []))
}

interface Part {
  readonly name: string
  readonly lengthMs: number
  readonly curve: CurvePlan
}

/** The stages that take time, each from where the one before it ended. */
function partsOf({ stages: written, start = 0, duration }: Config): Part[] {
  const wholeMs = written.reduce((sum, each) => sum + each.for, 0)
  const stretch = duration === undefined || wholeMs === 0 ? 1 : duration / wholeMs
  let from = levelOf(start)
  return written.flatMap(({ to, for: forMs, name }, i) => {
    const begin = from
    const lengthMs = forMs * stretch
    from = levelOf(to)
    if (lengthMs === 0) return []
    const curve: CurvePlan =
      begin === from
        ? { kind: 'constant', value: from, durationMs: lengthMs }
        : { kind: 'ramp', from: begin, to: from, durationMs: lengthMs }
    return [{ name: name ?? `stage-${i + 1}`, lengthMs, curve }]
  })
}

function phasesOf(parts: readonly Part[]) {
  let atMs = 0
  return parts.map(({ name, lengthMs }) => {
    const startMs = atMs
    atMs += lengthMs
    return { name, startMs, endMs: atMs }
  })
}

function levelOf(demand: Level): number {
  return typeof demand === 'number' ? demand : demand.perSec
}
