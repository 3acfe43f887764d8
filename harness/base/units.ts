/**
 * Numbers with units, the only form in which people write them: `250ms`, `1m30s`, `1s..3s`, `500/s`, `0.1%`, `64KiB`.
 * Parsing throws; there is no silent default unit.
 */
import { HarnessError } from './errors.ts'
import { lookUp } from './names.ts'

/** An inclusive range of milliseconds; `minMs === maxMs` for a fixed time. */
export interface DurationRange {
  readonly minMs: number
  readonly maxMs: number
}

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
}

/** The longest duration that can be written, ten years: a sum of several stays exact. */
const DURATION_MS_MAX = 3_650 * 86_400_000
/** The largest rate and size that can be written: beyond, whole numbers are no longer exact. */
const AMOUNT_MAX = Number.MAX_SAFE_INTEGER

function invalid(text: unknown, expected: string): HarnessError {
  return new HarnessError('UNIT_INVALID', `${JSON.stringify(text)} is not ${expected}`, {
    hint: `Write ${expected}.`,
  })
}

/** Parses a duration such as `250ms`, `1m30s` or `0.5h` to milliseconds. @throws HarnessError UNIT_INVALID */
export function parseDurationMs(text: string): number {
  const expected = 'a duration with a unit (us, ms, s, m, h, d), for example 250ms or 1m30s'
  if (typeof text !== 'string' || !/^(\d+(\.\d+)?(us|ms|s|m|h|d))+$/.test(text)) throw invalid(text, expected)
  let totalMs = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/g)) {
    totalMs += Number(amount) * (lookUp(MS_PER_UNIT, unit ?? '') ?? Number.NaN)
  }
  if (totalMs > DURATION_MS_MAX) throw invalid(text, 'a duration of at most 3650d, for example 30s')
  return totalMs
}

/** Parses a fixed duration or a range `1s..3s`. @throws HarnessError UNIT_INVALID */
export function parseDurationRange(text: string): DurationRange {
  const [low = '', high = low, ...rest] = typeof text === 'string' ? text.split('..') : []
  const range = { minMs: parseDurationMs(low), maxMs: parseDurationMs(high) }
  if (rest.length > 0 || range.minMs > range.maxMs)
    throw invalid(text, 'a duration or a rising range, for example 1s..3s')
  return range
}

/** Parses a rate such as `500/s`, `30/m` or `7200/h` to events per second. @throws HarnessError UNIT_INVALID */
export function parseRatePerSec(text: string): number {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)\/(s|m|h|d)$/.exec(text) : null
  if (match === null) throw invalid(text, 'a rate with a unit (/s, /m, /h), for example 500/s')
  const perSec = (Number(match[1]) * 1000) / (lookUp(MS_PER_UNIT, match[2] ?? '') ?? Number.NaN)
  if (perSec > AMOUNT_MAX) throw invalid(text, 'a rate that a machine could send, for example 500/s')
  return perSec
}

/** Parses a ratio from `0.1%` or a plain number `0.001`. @throws HarnessError UNIT_INVALID */
export function parseRatio(text: string): number {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)(%?)$/.exec(text) : null
  if (match === null) throw invalid(text, 'a ratio, for example 0.1% or 0.001')
  const ratio = Number(match[1]) / (match[2] === '%' ? 100 : 1)
  if (ratio > AMOUNT_MAX) throw invalid(text, 'a ratio, for example 0.1% or 0.001')
  return ratio
}

/** Parses a size such as `512B`, `10MB` or `64KiB` to bytes. @throws HarnessError UNIT_INVALID */
export function parseBytes(text: string): number {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)(B|kB|KB|MB|GB|KiB|MiB|GiB)$/.exec(text) : null
  if (match === null)
    throw invalid(text, 'a size with a unit (B, kB, MB, GB, KiB, MiB, GiB), for example 10MB')
  const bytes = Math.round(Number(match[1]) * (lookUp(BYTES_PER_UNIT, match[2] ?? '') ?? Number.NaN))
  if (bytes > AMOUNT_MAX) throw invalid(text, 'a size that a machine could hold, for example 10MB')
  return bytes
}

/** Formats a duration with at most two units, for people: `1m30s`, `12.5s`, `250ms`, `80us`. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs < 1) return `${Math.round(durationMs * 1000)}us`
  if (durationMs < 1000) return `${trimZeros(durationMs.toFixed(durationMs < 100 ? 2 : 1))}ms`
  if (durationMs < 60_000) return `${trimZeros((durationMs / 1000).toFixed(2))}s`
  const totalS = Math.round(durationMs / 1000)
  const hours = Math.floor(totalS / 3600)
  const minutes = Math.floor((totalS % 3600) / 60)
  const seconds = totalS % 60
  if (hours > 0) return minutes > 0 ? `${hours}h${minutes}m` : `${hours}h`
  return seconds > 0 ? `${minutes}m${seconds}s` : `${minutes}m`
}

/** Formats a size: `512 B`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10))
  return `${trimZeros((bytes / 1024 ** power).toFixed(1))} ${units[power - 1]}`
}

/** Formats a ratio 0-1 as a percentage with at most three significant decimals: `0.12 %`. */
export function formatRatio(ratio: number): string {
  return `${trimZeros((ratio * 100).toFixed(ratio > 0 && ratio < 0.0001 ? 5 : 3))} %`
}

/** Formats a whole number for people: `12,345`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** Formats a count with its noun: `1 run`, `2,000 runs`. */
export function formatAmount(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Formats a value in a unit of the metric catalogue (`ms`, `ratio`, `bytes`, `1/s`, `count`), for people. */
export function formatInUnit(value: number, unit: string): string {
  if (unit === 'ms') return formatDurationMs(value)
  if (unit === 'ratio') return formatRatio(value)
  if (unit === 'bytes') return formatBytes(value)
  const text = Number.isInteger(value) ? formatCount(value) : value.toPrecision(4)
  return unit === '1/s' ? `${text}/s` : text
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
