/** Thresholds of k6 as objectives. */

import type { ImportReport } from '../report.ts'
import { isPlain } from '../script/members.ts'
import { METRICS_OF_K6 } from './metrics.ts'

const THRESHOLD = /^\s*(p\(\s*[\d.]+\s*\)|avg|med|min|max|count|rate|value)\s*(<=|>=|<|>)\s*([\d.]+)\s*$/

const FUNCTIONS = new Map([
  ['avg', 'mean'],
  ['med', 'p50'],
  ['min', 'min'],
  ['max', 'max'],
])
/** An operator for the share that is left. */
const TURNED = new Map([
  ['<', '>'],
  ['<=', '>='],
  ['>', '<'],
  ['>=', '<='],
])

export function objectivesOf(thresholds: unknown, report: ImportReport): readonly string[] {
  if (!isPlain(thresholds)) return []
  return Object.entries(thresholds).flatMap(([metric, given]) =>
    [given].flat().flatMap((one) => objectiveOfEntry(metric, one, report)),
  )
}

/** @param one a text, or an object with it */
function objectiveOfEntry(metric: string, one: unknown, report: ImportReport): readonly string[] {
  const { threshold, abortOnFail } = isPlain(one) ? one : { threshold: one, abortOnFail: false }
  if (abortOnFail === true) report.note(`k6 ends the run when ${metric} fails: write abort: true for that`)
  const objective = typeof threshold === 'string' ? objectiveOf(metric, threshold) : null
  if (objective === null) report.lost('thresholds', `${metric}: ${String(threshold)}`)
  return objective === null ? [] : [objective]
}

/** `http_req_duration{name:pay}` and `p(95)<500` -> `p95(service_time{step=pay}) < 500ms`; null for what has no counterpart. */
export function objectiveOf(metric: string, threshold: string): string | null {
  const [, fn = '', op = '', bound = ''] = THRESHOLD.exec(threshold) ?? []
  const [, name = '', tags = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(metric.trim()) ?? []
  const ours = METRICS_OF_K6.get(name)
  const labels = labelsOf(tags)
  if (ours === undefined || op === '' || labels === null) return null
  const subject = `${ours.metric}${labels}`
  if (ours.kind === 'time') return timeObjective(fn, subject, op, bound)
  if (ours.kind === 'count')
    return countObjective(fn, subject, op, `${bound}${ours.isBytes === true ? 'B' : ''}`)
  if (fn !== 'rate') return null
  return ours.isInverse === true
    ? `${subject} ${TURNED.get(op) ?? op} ${percent(1 - Number(bound))}`
    : `${subject} ${op} ${percent(Number(bound))}`
}

function timeObjective(fn: string, subject: string, op: string, bound: string): string | null {
  const [, percentile] = /^p\(\s*([\d.]+)\s*\)$/.exec(fn) ?? []
  const name = percentile === undefined ? FUNCTIONS.get(fn) : `p${percentile}`
  return name === undefined ? null : `${name}(${subject}) ${op} ${bound}ms`
}

function countObjective(fn: string, subject: string, op: string, bound: string): string | null {
  if (fn === 'rate') return `rate(${subject}) ${op} ${bound}/s`
  return fn === 'count' ? `count(${subject}) ${op} ${bound.replace('B', '')}` : null
}

/** Tags of names are steps, those of statuses statuses; the others are of k6 alone. */
function labelsOf(tags: string): string | null {
  if (tags === '') return ''
  const labels = tags.split(',').map((tag) => /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(tag))
  const known = labels.flatMap((match) => {
    const [, name = '', value = ''] = match ?? []
    if (name === 'expected_response') return []
    if (name === 'name' || name === 'url')
      return [`step=${/[,{}"]/.test(value) ? JSON.stringify(value) : value}`]
    return name === 'status' ? [`status=${value}`] : [null]
  })
  if (known.includes(null)) return null
  return known.length === 0 ? '' : `{${known.join(',')}}`
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(6))}%`
}
