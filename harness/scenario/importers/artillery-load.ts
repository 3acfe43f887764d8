/** Phases of Artillery: arrivals a second, one phase after the other. */
import { isObject, type Json } from '../environments.ts'
import type { ImportedWorkload } from './imported.ts'
import { msOf, rateText } from './k6/load.ts'
import type { ImportReport } from './report.ts'
import { durationText } from './to-document.ts'

interface Part {
  readonly kind: 'constant' | 'ramp'
  readonly durationMs: number
  readonly value?: number
  readonly from?: number
  readonly to?: number
}

export function phasesOf(given: unknown, report: ImportReport): ImportedWorkload | null {
  const phases = (Array.isArray(given) ? given : []).filter(isObject)
  const parts = phases.flatMap((phase) => partOf(phase, report))
  const [first] = parts
  if (first === undefined) return null
  const most = Math.max(0, ...phases.map(({ maxVusers }) => (typeof maxVusers === 'number' ? maxVusers : 0)))
  const agents = most > 0 ? { agents: most } : {}
  if (parts.length === 1 && first.kind === 'constant' && first.value !== undefined && first.value > 0)
    return {
      pattern: 'constant-rate',
      rate: rateText(first.value),
      duration: durationText(first.durationMs),
      ...agents,
    }
  return {
    pattern: 'curve',
    model: 'open',
    curve: parts.length === 1 ? first : { kind: 'sequence', parts },
    ...agents,
  }
}

function partOf(phase: Json, report: ImportReport): readonly Part[] {
  const durationMs = lengthOf(phase['duration'] ?? phase['pause'])
  if (durationMs === null || durationMs <= 0) {
    report.lost('phases whose length is not known', String(phase['name'] ?? phase['duration']))
    return []
  }
  if (phase['pause'] !== undefined) return [{ kind: 'constant', value: 0, durationMs }]
  const from = amountOf(phase['arrivalRate'], report)
  const to = amountOf(phase['rampTo'], report)
  const count = amountOf(phase['arrivalCount'], report)
  if (count !== null) return [{ kind: 'constant', value: count / (durationMs / 1000), durationMs }]
  if (to !== null && to !== from) return [{ kind: 'ramp', from: from ?? 0, to, durationMs }]
  return [{ kind: 'constant', value: from ?? 1, durationMs }]
}

/** Seconds, or text with a unit: `10min`. */
function lengthOf(value: unknown): number | null {
  if (typeof value === 'number') return value * 1000
  if (typeof value !== 'string') return null
  const text = value
    .trim()
    .replace(/\s+/g, '')
    .replace(/(?:minutes?|mins?)$/i, 'm')
    .replace(/(?:seconds?|secs?)$/i, 's')
    .replace(/(?:hours?|hrs?)$/i, 'h')
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : msOf(text)
}

/** A number; a variable of the environment is none. */
function amountOf(value: unknown, report: ImportReport): number | null {
  if (value === undefined) return null
  const amount = Number(value)
  if (Number.isFinite(amount) && amount >= 0) return amount
  report.lost('numbers of phases from the environment: 1 is written', String(value))
  return 1
}
