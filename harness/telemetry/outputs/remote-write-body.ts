/** The messages of Prometheus remote write 1.0: protobuf, compressed with snappy. Pure. */
import protobuf from 'protobufjs/minimal.js'
import * as snappy from 'snappyjs'
import type { HistogramTotals, MetricPoint } from '../../model/metric-point.ts'
import { classicOf } from './classic.ts'
import { type ExponentialBuckets, exponentialOf } from './exponential.ts'
import { prometheusName } from './families.ts'

type Writer = InstanceType<typeof protobuf.Writer>

/** The series in one request; receivers limit its size. */
export const SERIES_MAX = 2000

/** One series and its value at one instant. */
export interface Series {
  /** Sorted by name, as receivers demand. */
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly value: number | NativeHistogram | 'stale'
}

interface NativeHistogram extends ExponentialBuckets {
  readonly count: number
  readonly sum: number
}

export interface SeriesForm {
  readonly native: boolean
  readonly classic: boolean
  readonly schema: number
  /** Labels of every series that tell this writer from others. */
  readonly own: Readonly<Record<string, string>>
}

/** Returns the series of a point: one, or one by bound. */
export function seriesOf(point: MetricPoint, form: SeriesForm): Series[] {
  const name = prometheusName(point.family)
  if (!('histogram' in point)) return [series(name, point.labels, form, point.value)]
  const { histogram } = point
  return [
    ...(form.native
      ? [series(name, point.labels, form, { ...exponentialOf(histogram, form.schema), ...histogram })]
      : []),
    ...(form.classic ? classicSeries(name, { ...point, histogram }, form) : []),
  ]
}

function classicSeries(
  name: string,
  { family, labels, histogram }: MetricPoint & { readonly histogram: HistogramTotals },
  form: SeriesForm,
): Series[] {
  const { count, sum } = histogram
  const bucket = (le: string, below: number) => series(`${name}_bucket`, { ...labels, le }, form, below)
  return [
    ...classicOf(family, histogram).map(({ bound, count: below }) => bucket(String(bound), below)),
    bucket('+Inf', count),
    series(`${name}_count`, labels, form, count),
    series(`${name}_sum`, labels, form, sum),
  ]
}

function series(
  name: string,
  labels: Readonly<Record<string, string>>,
  { own }: SeriesForm,
  value: Series['value'],
): Series {
  const all = Object.entries({ ...own, ...labels, __name__: name })
  return { labels: all.sort(([a], [b]) => (a < b ? -1 : 1)), value }
}

/** Encodes one request. @param atMs calendar time of every value */
export function writeRequest(all: readonly Series[], atMs: number): Uint8Array {
  const request = new protobuf.Writer()
  for (const one of all) writeSeries(request.uint32(tag(1, 2)).fork(), one, atMs).ldelim()
  return snappy.compress(request.finish())
}

function writeSeries(writer: Writer, { labels, value }: Series, atMs: number): Writer {
  for (const [name, text] of labels)
    writer.uint32(tag(1, 2)).fork().uint32(tag(1, 2)).string(name).uint32(tag(2, 2)).string(text).ldelim()
  if (typeof value === 'object') return writeHistogram(writer.uint32(tag(4, 2)).fork(), value, atMs).ldelim()
  const sample = writer.uint32(tag(2, 2)).fork().uint32(tag(1, 1))
  return writeDouble(sample, value).uint32(tag(2, 0)).int64(atMs).ldelim()
}

/** The bits of the number by which Prometheus knows that a series has ended. */
const STALE = { low: 2, high: 0x7ff00000, unsigned: true }

function writeDouble(writer: Writer, value: number | 'stale'): Writer {
  return value === 'stale' ? writer.fixed64(STALE as never) : writer.double(value)
}

function writeHistogram(
  writer: Writer,
  { schema, count, sum, buckets }: NativeHistogram,
  atMs: number,
): Writer {
  writer.uint32(tag(1, 0)).uint64(count).uint32(tag(3, 1)).double(sum)
  writer.uint32(tag(4, 0)).sint32(schema).uint32(tag(6, 0)).uint64(0)
  for (const { offset, length } of spansOf(buckets))
    writer
      .uint32(tag(11, 2))
      .fork()
      .uint32(tag(1, 0))
      .sint32(offset)
      .uint32(tag(2, 0))
      .uint32(length)
      .ldelim()
  const deltas = writer.uint32(tag(12, 2)).fork()
  let before = 0
  for (let i = 1; i < buckets.length; i += 2) {
    const now = buckets[i] as number
    deltas.sint64(now - before)
    before = now
  }
  return deltas.ldelim().uint32(tag(15, 0)).int64(atMs)
}

/** Runs of neighbouring buckets; the offset of the first is its index, of the others the gap before them. */
function spansOf(buckets: readonly number[]): { readonly offset: number; length: number }[] {
  const spans: { readonly offset: number; length: number }[] = []
  let next = 0
  for (let i = 0; i < buckets.length; i += 2) {
    const index = buckets[i] as number
    const last = spans.at(-1)
    if (last !== undefined && index === next) last.length++
    else spans.push({ offset: index - next, length: 1 })
    next = index + 1
  }
  return spans
}

/** Number of a field, and how it is encoded: 0 varint, 1 eight bytes, 2 with a length. */
function tag(field: number, kind: 0 | 1 | 2): number {
  return field * 8 + kind
}
