/** A rule about where answers of a file system came from. */
import { formatCount, formatRatio } from '../../base/units.ts'
import { MEASURES } from '../../model/measures.ts'
import { type Rule, reason } from './rule.ts'

/** The share of cached reads that says nothing yet: some of any load meets what it has read before. */
const CACHED_SHARE_MAX = 0.2

/** A read of the page cache takes a microsecond on any file system: such times are not those of the one under load. */
export const pageCache: Rule = (view) => {
  const reads = view.sumUs(MEASURES.reads.name, {})
  const cached = view.sumUs(MEASURES.cached_reads.name, {})
  if (reads === 0 || cached / reads <= CACHED_SHARE_MAX) return null
  return reason(
    'PAGE_CACHE',
    `${formatRatio(cached / reads)} of ${formatCount(reads)} reads took less than 5 us: the page cache answered them, not the file system; set direct: true, mount it with direct_io, or read more than the memory holds`,
    { reads, cached },
    'warning',
  )
}
