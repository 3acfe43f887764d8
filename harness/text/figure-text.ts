/** Figures of a run in progress, short enough to read at a glance. */
import { formatCount, formatDurationMs, formatInUnit } from '../base/units.ts'

/** Formats a rate: `9.5/s`, `1,200/s`. */
export function rateText(perSec: number): string {
  return `${perSec < 10 ? perSec.toFixed(1) : formatCount(perSec)}/s`
}

/** The excess that is rounded down: 1.04 s is shown as "1s". */
const SLACK_MS = 100

/** Formats a waiting time or a stretch of the past in whole seconds. */
export function secondsText(durationMs: number): string {
  const seconds = Math.ceil((durationMs - SLACK_MS) / 1000)
  return seconds <= 0 ? '0s' : formatDurationMs(seconds * 1000)
}

/** `0:07`, `12:30`, `1:02:03`: an instant of the run. */
export function clockText(atMs: number): string {
  const totalS = Math.floor(Math.max(0, atMs) / 1000)
  const [hours, minutes, seconds] = [Math.floor(totalS / 3600), Math.floor(totalS / 60) % 60, totalS % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}

/** A response time: three digits are enough. */
export function timeText(ms: number): string {
  return formatDurationMs(ms < 60_000 ? Number(ms.toPrecision(3)) : ms)
}

/** Formats a ratio with two digits: `62 %`, `1.2 %`; never 0 for a positive ratio, nor 100 for less than 1. */
export function percentText(ratio: number): string {
  const percent = ratio * 100
  if (percent > 0 && percent < 0.1) return '<0.1 %'
  if (percent > 99 && percent < 100) return '>99 %'
  return `${percent < 100 ? Number(percent.toPrecision(2)) : Math.round(percent)} %`
}

/** Formats a value in a unit of the metric catalogue with three digits: `232ms`, `3.33 %`, `1,200/s`. */
export function figureText(value: number, unit: string): string {
  if (unit === 'ms') return timeText(value)
  return formatInUnit(
    unit === 'bytes' || Math.abs(value) >= 1000 ? value : Number(value.toPrecision(3)),
    unit,
  )
}
