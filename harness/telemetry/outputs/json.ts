/** Points as they are, a line of JSON each: for everything that no other output is made for. */
import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type * as z from 'zod'
import { isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { MetricBatch, MetricPoint } from '../../model/metric-point.ts'
import type { Output, OutputContext } from '../../ports/output.ts'
import { classicOf } from './classic.ts'
import { exponentialOf } from './exponential.ts'
import { prometheusName } from './families.ts'
import { outputFailed } from './post.ts'
import type { jsonSettings } from './settings.ts'

/** Writes anew: a file is one run's. @throws HarnessError OUTPUT_UNAVAILABLE */
export async function openJson(
  { file }: z.output<typeof jsonSettings>,
  { cwd, schema }: OutputContext,
): Promise<Output> {
  const points = await openFile(resolve(cwd, file))
  const send: Output['send'] = async (batch) => {
    try {
      await points.appendFile(jsonLines(batch, schema).join(''))
    } catch (cause) {
      throw outputFailed(`${file} cannot be written: ${messageOf(cause)}`, cause)
    }
  }
  return {
    send,
    finish: ({ batch }, signal) => send(batch, signal),
    close: () => points.close().catch(() => undefined),
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'w')
  } catch (cause) {
    throw new HarnessError('OUTPUT_UNAVAILABLE', `points cannot be written to ${file}: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a file in a folder that is there: --output json=points.ndjson.',
    })
  }
}

/** Writes a batch, each line with its end. */
export function jsonLines({ points, startMs, atMs }: MetricBatch, schema: number): string[] {
  const frame = { start: isoOf(startMs), at: isoOf(atMs) }
  return points.map((point) => `${JSON.stringify({ ...frame, ...plain(point, schema) })}\n`)
}

function plain(point: MetricPoint, schema: number): object {
  const { family, labels } = point
  const named = { name: prometheusName(family), type: family.type, unit: family.unit, labels }
  if ('value' in point) return { ...named, value: point.value }
  const { count, sum } = point.histogram
  const { buckets } = exponentialOf(point.histogram, schema)
  const upTo = classicOf(family, point.histogram).map(({ bound, count: below }) => [bound, below])
  return { ...named, count, sum, schema, buckets, upTo }
}
