/** The load: rates planned and attained, agents, regions. */
import { formatCount } from '../../base/units.ts'
import { percentText, rateText } from '../../text/figure-text.ts'
import { type Block, section } from './blocks.ts'
import { chartLine, toneOfColour } from './chart-lines.ts'
import { bar, highestOf, label, sparkline } from './figures.ts'
import type { ScreenModel } from './screen-model.ts'
import { type Line, padText, type Span, span, type Tone } from './styled-text.ts'

type Rates = Readonly<Record<'plannedPerSec' | 'startedPerSec', number | null>>

/** Attained below this share of planned is worth a colour. */
const KEEPS_UP_RATIO = 0.95
const LABEL_WIDTH = 10

/** Rates, agents, and what waits. */
export function loadBlock(screen: ScreenModel, rank: number): Block {
  const { view, width } = screen
  const { plannedPerSec, startedPerSec, requestsPerSec, requestCount } = view
  const started = span(rateText(startedPerSec), attainedTone(screen))
  const journeys = [started, span(` of ${rateText(plannedPerSec)} planned`)]
  const requests = [span(rateText(requestsPerSec), 'bold'), span(`, ${formatCount(requestCount)} so far`)]
  const room = width - LABEL_WIDTH
  const [planned, begun] = ['journeys planned', 'journeys started'].map((name) =>
    chartLine(screen, 'rate', name, room),
  )
  const highest = highestOf([...(planned?.values ?? []), ...(begun?.values ?? [])])
  const agents = `${formatCount(view.activeAgents)} agents`
  return section({
    rank,
    title: 'Load',
    width,
    short: [...journeys, span(`, ${rateText(requestsPerSec)} requests, ${agents}`)],
    lines: [
      [label('journeys'), ...journeys],
      [label('requests'), ...requests],
      [label('agents'), ...agentsOf(screen)],
    ],
    extra: [
      ...(planned === undefined || planned === null
        ? []
        : [[label('planned'), span(sparkline(planned.values, highest, room), toneOfColour(planned.colour))]]),
      ...(begun === undefined || begun === null
        ? []
        : [[label('started'), ...startedHeights(screen, sparkline(begun.values, highest, room))]]),
    ],
  })
}

function attainedTone({ view }: ScreenModel): Tone {
  return keepsUp(view) ? 'bold' : 'warn'
}

function keepsUp({ startedPerSec, plannedPerSec }: Rates): boolean {
  return (startedPerSec ?? 0) >= KEEPS_UP_RATIO * (plannedPerSec ?? 0)
}

/** The seconds in which less was started than planned stand out. */
function startedHeights({ points }: ScreenModel, heights: string): Span[] {
  const shown = points.slice(-heights.length)
  return [...heights].map((height, i) => span(height, keepsUp(shown[i] as Rates) ? 'accent' : 'warn'))
}

function agentsOf({ view }: ScreenModel): Line {
  const { activeAgents, plan, inFlight, backlog } = view
  const of = plan === null ? '' : ` of ${formatCount(plan.agents)}`
  return [
    span(formatCount(activeAgents), 'bold'),
    span(`${of}, ${formatCount(inFlight)} in flight`),
    ...(backlog > 0 ? [span(`, backlog ${formatCount(backlog)}`, 'warn')] : []),
  ]
}

/** The regions of the agents; null without regions. */
export function regionsBlock({ view, width }: ScreenModel, rank: number): Block | null {
  const regions = Object.entries(view.regions).sort(([, a], [, b]) => b - a)
  const total = regions.reduce((sum, [, agents]) => sum + agents, 0)
  if (regions.length === 0) return null
  const share = (agents: number) => (total === 0 ? 0 : agents / total)
  const nameWidth = Math.max(9, Math.min(20, Math.floor(width / 3)))
  const figures = (agents: number) => ` ${formatCount(agents)} (${percentText(share(agents))})`
  const room = Math.max(4, width - nameWidth - 1 - 16)
  return section({
    rank,
    title: 'Regions',
    width,
    short: [
      span(`regions: ${regions.map(([name, agents]) => `${name} ${percentText(share(agents))}`).join(', ')}`),
    ],
    lines: regions.map(([name, agents]) => [
      span(`${padText(span(name).text, nameWidth)} `, 'dim'),
      span(bar(share(agents), room), 'accent'),
      span(figures(agents)),
    ]),
  })
}
