/** A run record as something to look at; its histograms are decoded once, when they are first asked for. */
import type { SparseCounts } from '../base/histogram.ts'
import { decodeHdr } from '../measure/hdr.ts'
import { measuredSeconds } from '../model/plan.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { RecordCell, RunRecord } from '../model/run-record.ts'
import type { MeasuredCell } from './measured-cells.ts'
import { MeasuredView } from './measured-view.ts'

export class RecordView extends MeasuredView<RecordInterval> {
  readonly record: RunRecord

  constructor(record: RunRecord) {
    super({
      ...record,
      measuredS: measuredSeconds(record.plan, record.loadMs),
      cells: record.cells.map(decodedOnce),
    })
    this.record = record
  }
}

function decodedOnce(cell: RecordCell): MeasuredCell {
  let decoded: SparseCounts | null = null
  return {
    ...cell,
    counts() {
      decoded ??= decodeHdr(cell.hdr)
      return decoded
    },
  }
}
