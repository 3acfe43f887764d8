/** Delivers the counts that an earlier process of a worker has left behind to the log of their run, where there still is one. */
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { readLeft } from '../../cluster/host/left-intervals.ts'
import type { Subjects } from '../../cluster/subjects.ts'
import type { Link } from '../../ports/link.ts'
import { leftSpills } from '../../store/spill.ts'

export interface LeftParts {
  readonly link: Pick<Link, 'put'>
  readonly subjects: Pick<Subjects, 'interval'>
  readonly worker: string
  readonly folder: string
  readonly note: (message: string) => void
}

/** A file whose run has no log any more stays: it is told of, and may be removed by hand. */
export async function deliverLeft({ link, subjects, worker, folder, note }: LeftParts): Promise<void> {
  for (const { file, texts } of leftSpills(folder, worker)) {
    const run = basename(file).slice(0, -`-${worker}.ndjson`.length)
    try {
      for (const { id, body } of readLeft(run, texts))
        await link.put(subjects.interval(run, worker), body, id)
      await rm(file, { force: true })
      note(`run ${run}: ${texts.length} intervals that were left here are delivered`)
    } catch {
      note(`run ${run} has no log any more; what was counted for it is in ${file}`)
    }
  }
}
