/** The sharing of rows among the parts of the screen: the most important ones first, each at least as it can be read. */
import { cutLine, type Line, padLine, span } from './styled-text.ts'

/** A part of the screen. */
export interface Block {
  /** 1 is the most important: it gets rows first. */
  readonly rank: number
  /** Rows below which it is not shown. */
  readonly least: number
  /** Rows that show what is in it. It is drawn in `least` rows where there is no room for so many, but for `half`. */
  readonly good: number
  /** Rows from which more than `least` are of use. */
  readonly half: number
  /** Rows that it can use; those beyond `good` when all others have theirs. */
  readonly most: number
  /** Shown only when all others have their good rows. */
  readonly isExtra?: boolean
  /** At most `rows` lines, for any number from `least` to `most`. */
  render(rows: number): readonly Line[]
}

/** A part with a title and some lines; in one row it says the most important in one line. */
export interface Section {
  readonly rank: number
  readonly title: string
  /** Columns of the title's rule. */
  readonly width: number
  /** Everything in one line. */
  readonly short: Line
  readonly lines: readonly Line[]
  /** Lines for which there is a place only when all other parts have theirs. */
  readonly extra?: readonly Line[]
}

/** Rows of the smallest part with a title. */
const TITLED_LEAST = 3
/** Lines of a long list that are worth more than other parts. */
const LIST_GOOD = 6

/** A titled part, which shrinks to one line where there is no room. */
export function section({ rank, title, width, short, lines, extra = [] }: Section): Block {
  const all = [...lines, ...extra]
  const half = Math.min(TITLED_LEAST, all.length + 1)
  return {
    rank,
    least: 1,
    half,
    good: Math.min(LIST_GOOD, lines.length) + 1,
    most: all.length + 1,
    render(rows) {
      if (rows < half) return [short]
      return [rule(title, width), ...(rows > all.length ? all : capped(lines, rows - 1))]
    },
  }
}

/** A title and a line to the right edge. */
export function rule(title: string, width: number): Line {
  const head = ` ${title} `
  const start = cutLine([span('─', 'dim'), span(head, 'accent')], width)
  return [...start, span('─'.repeat(Math.max(0, width - 1 - span(head).text.length)), 'dim')]
}

/** The last line says how many did not fit. */
function capped(lines: readonly Line[], rows: number): readonly Line[] {
  if (lines.length <= rows) return lines
  return [...lines.slice(0, rows - 1), [span(`  … ${lines.length - rows + 1} more`, 'dim')]]
}

/** Blocks one below the other in at most so many rows; a blank line above every title where there is room for all of them. */
export function stack(blocks: readonly Block[], rows: number): Line[] {
  const shares = sharesOf(blocks, rows)
  const parts = blocks.flatMap((block) => {
    const share = shares.get(block) ?? 0
    return share === 0 ? [] : [block.render(share)]
  })
  const lineCount = parts.reduce((sum, lines) => sum + lines.length, 0)
  const isAiry = lineCount + gapsBetween(parts) <= rows
  return parts.flatMap((lines, i) => (isAiry && hasGap(lines, i) ? [[], ...lines] : lines))
}

function hasGap(lines: readonly Line[], place: number): boolean {
  return place > 0 && lines.length > 1
}

function gapsBetween(parts: readonly (readonly Line[])[]): number {
  return parts.filter(hasGap).length
}

/** In the order of ranks: what each needs at least, then what is good for it, then what it can use. */
function sharesOf(blocks: readonly Block[], rows: number): ReadonlyMap<Block, number> {
  const shares = new Map<Block, number>()
  const ranked = blocks.toSorted((a, b) => a.rank - b.rank)
  let left = rows
  const grow = (block: Block, to: number) => {
    const share = shares.get(block) ?? 0
    const next = Math.min(to, share + left)
    const isOfUse = share === 0 ? next >= block.least : next >= block.half
    if (next <= share || !isOfUse) return
    shares.set(block, next)
    left -= next - share
  }
  const needed = ranked.filter(({ isExtra }) => isExtra !== true)
  for (const block of needed) grow(block, block.least)
  for (const block of needed) if (shares.has(block)) grow(block, block.good)
  for (const block of ranked) grow(block, block.most)
  return shares
}

const GAP = 2

/** Columns of the left and the right one of two that stand side by side. */
export function halves(columns: number): readonly [left: number, right: number] {
  const left = Math.floor((columns - GAP) / 2)
  return [left, columns - GAP - left]
}

/** Two columns of blocks side by side. */
export function beside(
  left: readonly Block[],
  right: readonly Block[],
  columns: number,
  rank: number,
): Block {
  const [width] = halves(columns)
  const higher = (size: (block: Block) => number) =>
    Math.max(...[left, right].map((blocks) => blocks.reduce((sum, block) => sum + size(block), 0)))
  const least = higher((block) => (block.isExtra === true ? 0 : block.least))
  return {
    rank,
    least,
    half: least,
    good: higher(({ good }) => good),
    // With the blank lines above their titles.
    most: higher(({ most }) => most + 1) - 1,
    render(rows) {
      const [a, b] = [stack(left, rows), stack(right, rows)]
      return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [
        ...padLine(a[i] ?? [], width),
        span(' '.repeat(GAP)),
        ...(b[i] ?? []),
      ])
    },
  }
}

/** One line that is shown or not. */
export function single(rank: number, line: Line, isExtra = false): Block {
  return { rank, least: 1, half: 1, good: 1, most: 1, isExtra, render: () => [line] }
}
