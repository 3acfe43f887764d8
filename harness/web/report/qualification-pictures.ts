/** The Gantt chart and the graph of a qualification. Outcomes and the critical path are told by words and shapes, too. */
import { html } from 'hono/html'
import { formatDurationMs } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import {
  type GanttBar,
  type GraphNode,
  ganttOf,
  planGraphOf,
  type Stretch,
} from '../../charts/qualification-plan.ts'
import type { QualificationRecord } from '../../model/qualification.ts'
import { activityTone } from '../../text/qualification-text.ts'
import type { Html } from '../html.ts'

/** The bars have coordinates of their own, whatever their width is. */
const BAR_WIDTH = 1_000
const BAR_WIDTH_MIN = 4
const COLUMN_PX = 180
const ROW_PX = 56
const NODE_WIDTH_PX = 140
const NODE_HEIGHT_PX = 36
/** Room for the name of a node. */
const NAME_CHARS = 16

export function ganttSection(record: QualificationRecord): Html {
  const { wholeMs, bars } = ganttOf(record)
  const { planned, actual } = record.criticalPath
  return html`<section id="gantt"><h2>When it ran</h2>
<p class="muted">${formatDurationMs(wholeMs)} from left to right. An outline is the plan, a filled bar is what happened; ◆ is on the critical path:
${visible(actual.path.join(' → '))}, ${formatDurationMs(actual.durationMs)}, planned ${formatDurationMs(planned.durationMs)}.</p>
<table class="gantt"><tbody>
${bars.map(ganttRow(wholeMs))}</tbody></table></section>
`
}

function ganttRow(wholeMs: number) {
  return ({ name, outcome, isCritical, planned, actual }: GanttBar): Html => {
    const took = actual === null ? 'did not run' : formatDurationMs(wholeMs * (actual.to - actual.from))
    return html`<tr><th scope="row">${isCritical ? '◆ ' : ''}${visible(name)}</th>
<td class="bar"><svg viewBox="0 0 ${BAR_WIDTH} 20" preserveAspectRatio="none" role="img" aria-label="${visible(`${name}: ${outcome}, ${took}`)}">
${rectangle(planned, 'planned')}${actual === null ? '' : rectangle(actual, `actual ${activityTone(outcome)}${isCritical ? ' critical' : ''}`)}</svg></td>
<td class="${activityTone(outcome)}">${outcome}</td><td class="number">${actual === null ? '-' : took}</td></tr>
`
  }
}

function rectangle({ from, to }: Stretch, className: string): Html {
  const isPlan = className === 'planned'
  const width = Math.max(BAR_WIDTH_MIN, BAR_WIDTH * (to - from))
  const x = Math.min(BAR_WIDTH * from, BAR_WIDTH - width)
  return html`<rect class="${className}" x="${x.toFixed(1)}" width="${width.toFixed(1)}" y="${isPlan ? 1 : 5}" height="${isPlan ? 18 : 10}"/>`
}

export function graphSection(record: QualificationRecord): Html {
  const { columns, rows, nodes, edges } = planGraphOf(record)
  const [width, height] = [
    (columns - 1) * COLUMN_PX + NODE_WIDTH_PX + 4,
    (rows - 1) * ROW_PX + NODE_HEIGHT_PX + 4,
  ]
  return html`<section id="graph"><h2>What waits for what</h2>
<p class="muted">An activity stands to the right of all that it needs. Thick lines are the critical path; a dashed one waits for what the other used.</p>
<div class="scroll" role="region" aria-label="Graph of the activities" tabindex="0">
<svg class="graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${visible(graphWords(record))}">
${edges.map(({ from, to, isCritical, isByResource }) => html`<path class="edge${isCritical ? ' critical' : ''}${isByResource ? ' resource' : ''}" d="${curve(from, to)}"/>`)}
${nodes.map(graphNode)}</svg></div></section>
`
}

function graphNode({ name, outcome, isCritical, ...place }: GraphNode): Html {
  const [x, y] = cornerOf(place)
  const shown = visible(name)
  return html`<g class="node ${activityTone(outcome)}${isCritical ? ' critical' : ''}"><title>${shown}: ${outcome}</title>
<rect x="${x}" y="${y}" width="${NODE_WIDTH_PX}" height="${NODE_HEIGHT_PX}" rx="6"/>
<text x="${x + NODE_WIDTH_PX / 2}" y="${y + 15}">${shown.length > NAME_CHARS ? `${shown.slice(0, NAME_CHARS - 1)}…` : shown}</text>
<text class="outcome" x="${x + NODE_WIDTH_PX / 2}" y="${y + 29}">${outcome}</text></g>
`
}

function cornerOf({ column, row }: Pick<GraphNode, 'column' | 'row'>): [x: number, y: number] {
  return [2 + column * COLUMN_PX, 2 + row * ROW_PX]
}

/** From the right side of a node to the left side of another; of one that is no further right, from above or below. */
function curve(from: GraphNode, to: GraphNode): string {
  const [fromX, fromY] = cornerOf(from)
  const [toX, toY] = cornerOf(to)
  if (to.column <= from.column) {
    const isBelow = toY >= fromY
    const [out, into] = isBelow ? [fromY + NODE_HEIGHT_PX, toY] : [fromY, toY + NODE_HEIGHT_PX]
    return `M${fromX + NODE_WIDTH_PX / 2} ${out} L${toX + NODE_WIDTH_PX / 2} ${into}`
  }
  const [x1, y1, x2, y2] = [fromX + NODE_WIDTH_PX, fromY + NODE_HEIGHT_PX / 2, toX, toY + NODE_HEIGHT_PX / 2]
  const middle = (x1 + x2) / 2
  return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`
}

function graphWords({ activities }: QualificationRecord): string {
  return activities
    .map(({ name, needs }) => (needs.length === 0 ? name : `${name} needs ${needs.join(', ')}`))
    .join('; ')
}
