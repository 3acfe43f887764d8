/** A run as a probe: its readings, whether it can be believed, and the figures that people look at. */
import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { CapacityProbe, SearchProbe } from '../../model/capacity.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { isOfGenerator } from '../inconclusive.ts'
import { RecordView } from '../record-view.ts'
import { probeReadings } from './probe-reading.ts'

/** Little's law holds this well, or something waits where nobody looks. */
const LITTLE_MAX = 0.1
const LITTLE_DEVIATIONS = 3
const LITTLE_INTERVALS_MIN = 5

/** The part of a probe that its run tells. */
export type MeasuredProbe = Omit<CapacityProbe, 'purpose' | 'x' | 'why' | 'recoveredS' | 'elapsedS'>

/** @param endedEarly the reason for its end before its time; null: there was none */
export function measuredProbe(
  record: RunRecord,
  { validity, summary }: Pick<Verdict, 'validity' | 'summary'>,
  objectives: readonly ObjectivePlan[],
  endedEarly: string | null,
): MeasuredProbe {
  const view = new RecordView(record)
  const read = probeReadings(view, objectives)
  const doubt = validity.reasons.find(isOfGenerator)
  const { responseTimeMs, goodputPerSec, errorRatio, durationS, startedCount, requests } = summary
  const isAnswered = responseTimeMs.count > 0
  const inFlight = view.intervals.map((interval) => interval.inFlight)
  const meanInFlight = inFlight.length === 0 ? 0 : mean(inFlight)
  return {
    runId: record.runId,
    seconds: durationS,
    ended: endedOf(record, doubt !== undefined, endedEarly),
    readings: read.map(({ reading }) => reading),
    reason: doubt?.message ?? endedEarly,
    startedPerSec: durationS === 0 ? 0 : startedCount / durationS,
    achievedPerSec: goodputPerSec,
    p99Ms: isAnswered ? responseTimeMs.p99 : null,
    meanMs: isAnswered ? responseTimeMs.mean : null,
    meanInFlight,
    errorRatio,
    requestsPerStart: startedCount === 0 ? null : requests / startedCount,
    components: componentsOf(view),
    cautions: [
      ...(read.some(({ isSettling }) => isSettling)
        ? ['SETTLING: the first quarter of a probe differed from its rest and was left out']
        : []),
      ...littleText(inFlight, summary.throughputPerSec, summary.serviceTimeMs.mean),
    ],
  }
}

function endedOf({ status }: RunRecord, isVoid: boolean, endedEarly: string | null): SearchProbe['ended'] {
  if (status === 'halted') return 'halted'
  if (isVoid) return 'void'
  return endedEarly !== null || status === 'aborted' ? 'early' : 'whole'
}

/** Mean in flight = throughput x time in the service; the former is seen at the ends of seconds only. */
function littleText(inFlight: readonly number[], perSec: number, meanMs: number): string[] {
  const expected = (perSec * meanMs) / 1000
  if (inFlight.length < LITTLE_INTERVALS_MIN || expected < 1) return []
  const error = sampleStandardDeviation([...inFlight]) / Math.sqrt(inFlight.length)
  const difference = Math.abs(mean([...inFlight]) - expected)
  if (difference <= LITTLE_MAX * expected + LITTLE_DEVIATIONS * error) return []
  return [
    "LITTLE: the requests in flight of a probe differ by more than 10 % from throughput x service time (Little's law)",
  ]
}

function componentsOf(view: RecordView): CapacityProbe['components'] {
  const served = view.sumUs('service_time', {})
  if (served === 0) return []
  return view.components
    .map((component) => ({ name: component, ratio: view.sumUs('component_time', { component }) / served }))
    .sort((a, b) => b.ratio - a.ratio)
}
