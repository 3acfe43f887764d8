import * as assert from 'uvu/assert'
import type { Chart } from '../../../harness/model/chart.ts'
import { BAD, colourOf } from '../../../harness/reporters/pictures/palette.ts'
import { renderSvg } from '../../../harness/reporters/pictures/svg.ts'
import { aHeatMap, aLineChart, aWaterfall } from '../../kit/charts.ts'
import { HARD_NAMES } from '../../kit/hard-names.ts'
import { describe } from '../../kit/suite.ts'
import { readXml, type XmlElement } from '../../kit/xml.ts'

const HOSTILE = `<script>&"'{a|b}{c}]]>\u0000\u001b[31m\n\u202e\ud800\uffff url(#zr1-c0) ${'long '.repeat(80)}`

async function drawn(chart: Chart): Promise<XmlElement> {
  return readXml((await renderSvg(chart)).svg)
}

function allOf(root: XmlElement, name: string): XmlElement[] {
  return root.children.flatMap((child) => [...(child.name === name ? [child] : []), ...allOf(child, name)])
}

const texts = (root: XmlElement) => allOf(root, 'text').map(({ text }) => text)
const strokes = (root: XmlElement, colour: string) =>
  allOf(root, 'path').filter(({ attributes }) => attributes['stroke'] === colour)
const fills = (root: XmlElement, colour: string) =>
  allOf(root, 'path').filter(({ attributes }) => attributes['fill'] === colour)

/** Upper and left edge of a text, as far as a test has to know. */
function placeOf({ attributes }: XmlElement): { x: number; y: number } {
  const [, x, y] = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(attributes['transform'] ?? '') ?? []
  return { x: Number(x ?? attributes['x']), y: Number(y ?? attributes['y']) }
}

describe('A picture of lines', (test) => {
  test('says its title, how to read it, its axes, and a figure with its unit at each tick', async () => {
    const said = texts(await drawn(aLineChart()))

    for (const text of ['Response time over time', 'What users waited, second by second.', 'Response time'])
      assert.ok(said.includes(text), text)
    for (const tick of ['0', '50ms', '100ms', '150ms', '200ms', '15s', '1m', '2m'])
      assert.ok(said.includes(tick), tick)
  })

  test('draws each series in its colour and style, and names it in the legend', async () => {
    const root = await drawn(aLineChart())

    const dashes = [0, 1, 2].map((colour) =>
      strokes(root, colourOf(colour as 0)).map(({ attributes }) => attributes['stroke-dasharray']),
    )
    assert.equal(
      dashes.map(({ length }) => length),
      [2, 2, 2],
    )
    assert.is(dashes[0]?.[0], undefined)
    assert.is.not(dashes[1]?.[0], undefined)
    assert.is.not(dashes[1]?.[0], dashes[2]?.[0])
    for (const name of ['p50', 'p95', 'p99']) assert.ok(texts(root).includes(name))
  })

  test('needs no legend for a single line', async () => {
    const [series] = aLineChart().series

    const said = texts(await drawn(aLineChart({ series: series === undefined ? [] : [series] })))

    assert.not.ok(said.includes('p50'))
  })

  test('parts a line at a gap, and shows a value that stands alone as a point', async () => {
    const x = [0, 1, 2, 3, 4, 5, 6]
    const values = [1, 2, null, 3, null, 2, 1]
    const chart = aLineChart({ x, series: [{ label: 'a', colour: 0, style: 'solid', values }], marks: [] })

    const root = await drawn(chart)

    const [line] = strokes(root, colourOf(0))
    assert.is((line?.attributes['d'] ?? '').split('L').length - 1, 2, 'two pieces of two values')
    assert.is(fills(root, colourOf(0)).length, 1)
  })

  test('draws points without a line', async () => {
    const x = [0, 1, 2]
    const series = [{ label: 'a', colour: 3, style: 'points', values: [1, 2, 3] }] as const

    const root = await drawn(aLineChart({ x, series, marks: [] }))

    assert.is(strokes(root, colourOf(3)).length, 0)
    assert.is(fills(root, colourOf(3)).length, 3)
  })

  test('stacks areas up to their sum', async () => {
    const flat = (label: string, colour: 0 | 1, value: number) =>
      ({ label, colour, style: 'solid', values: [value, value] }) as const
    const series = [flat('ok', 0, 300), flat('failed', 1, 400)]

    const root = await drawn(
      aLineChart({
        x: [0, 1],
        series,
        isStacked: true,
        yAxis: { label: 'Requests', unit: '1/s' },
        bounds: [],
        marks: [],
      }),
    )

    assert.ok(texts(root).includes('800/s'))
    assert.is(fills(root, colourOf(0)).length, 2, 'an area and its patch in the legend')
  })

  test('fills a band between its lines and parts it at a gap', async () => {
    const x = [0, 1, 2, 3, 4]
    const band = { label: '95 %', colour: 4, low: [1, 1, null, 1, 1], high: [2, 2, 2, 2, 2] } as const

    const root = await drawn(aLineChart({ x, bands: [band], marks: [] }))

    assert.is(allOf(root, 'polygon').length, 2)
    assert.is(fills(root, colourOf(4)).length, 1, 'the patch in the legend')
  })

  test('draws a bound at its value, however small it is, and says it', async () => {
    const values = [0, 0.004]
    const root = await drawn(
      aLineChart({
        x: [0, 1],
        series: [{ label: 'errors', colour: 0, style: 'solid', values }],
        yAxis: { label: 'Errors', unit: 'ratio' },
        bounds: [{ objective: 'errors', label: 'error_ratio <', value: 0.001 }],
        marks: [],
      }),
    )

    const [level] = strokes(root, BAD)
    const [, y] = /M[\d.]+ ([\d.]+)/.exec(level?.attributes['d'] ?? '') ?? []
    const tick = allOf(root, 'text').find(({ text }) => text === '0.1 %')
    assert.ok(tick !== undefined && Math.abs(placeOf(tick).y - Number(y)) < 2)
    assert.ok(texts(root).includes('error_ratio < 0.1 %'))
  })

  test('names a bound that is beyond reach at the upper edge, without a line', async () => {
    const bounds = [{ objective: 'p99', label: 'p99 <', value: 9_000 }]

    const root = await drawn(aLineChart({ bounds, marks: [] }))

    assert.ok(texts(root).includes('p99 < 9s ↑'))
    assert.ok(texts(root).includes('150ms'), 'the axis is that of the lines')
    assert.ok(strokes(root, BAD).every(({ attributes }) => attributes['stroke-opacity'] === '0'))
  })

  test('says close bounds apart from one another', async () => {
    const bounds = [
      { objective: 'p99', label: 'p99 <', value: 100 },
      { objective: 'p95', label: 'p95 <', value: 96 },
    ]

    const root = await drawn(aLineChart({ bounds }))

    const [upper, lower] = ['p99 < 100ms', 'p95 < 96ms'].map((words) =>
      allOf(root, 'text').find(({ text }) => text === words),
    )
    assert.ok(upper !== undefined && lower !== undefined && placeOf(lower).y - placeOf(upper).y > 13)
  })

  test('marks an instant with a line and a stretch with a veil, each with its words', async () => {
    const root = await drawn(
      aLineChart({
        bounds: [],
        marks: [
          { kind: 'change', objective: null, label: 'slower', x: 30, toX: null },
          { kind: 'breach', objective: 'p99', label: 'p99 missed', x: 71, toX: 95 },
        ],
      }),
    )

    assert.is(strokes(root, colourOf(3)).length, 1)
    assert.is(fills(root, colourOf(3)).length, 0)
    assert.is(strokes(root, BAD).length, 1)
    assert.is(fills(root, BAD).length, 1)
    for (const words of ['slower', 'p99 missed']) assert.ok(texts(root).includes(words))
  })

  test('has a percentile axis with the percentiles that people name', async () => {
    const x = [0, 0.5, 1, 2, 3, 4]
    const series = [
      { label: 'response time', colour: 0, style: 'solid', values: [1, 2, 5, 20, 90, 900] },
    ] as const

    const said = texts(
      await drawn(
        aLineChart({
          x,
          series,
          xAxis: { label: 'Percentile', unit: 'percentile' },
          yAxis: { label: 'Latency', unit: 'ms', isLog: true },
          marks: [],
        }),
      ),
    )

    for (const tick of ['50 %', '90 %', '99 %', '99.9 %', '99.99 %', '1ms', '10ms', '100ms', '1s'])
      assert.ok(said.includes(tick), tick)
  })

  test('writes the labels of runs, aslant where they are long, the newest always', async () => {
    const x = Array.from({ length: 40 }, (_, i) => i)
    const runs = {
      x,
      xAxis: { label: 'Run', unit: 'run' },
      series: [{ label: 'p99', colour: 0, style: 'points', values: x }],
      marks: [],
    } as const

    const long = await drawn(aLineChart({ ...runs, xLabels: x.map((i) => `20261121-${i}`) }))
    const newest = allOf(long, 'text').find(({ text }) => text === '20261121-39')

    assert.match(newest?.attributes['transform'] ?? '', 'matrix')
    assert.ok(texts(long).filter((text) => text.startsWith('20261121-')).length <= 16)
  })

  test('keeps a peak of one second in a day', async () => {
    const x = Array.from({ length: 86_400 }, (_, i) => i)
    const values = x.map((i) => (i === 40_000 ? 950 : 10))
    const series = [{ label: 'p99', colour: 0, style: 'solid', values }] as const

    const root = await drawn(aLineChart({ x, series, bounds: [], marks: [] }))

    const path = strokes(root, colourOf(0))[0]?.attributes['d'] ?? ''
    const heights = new Set([...path.matchAll(/[\d.]+ ([\d.]+)/g)].map(([, y]) => y))
    assert.is(heights.size, 2)
    assert.ok(path.length < 100_000)
  })

  test('says that there is nothing to draw', async () => {
    const said = texts(await drawn(aLineChart({ x: [], series: [], marks: [], bounds: [] })))

    assert.ok(said.includes('no data'))
  })
})

describe('A picture of a heat map', (test) => {
  test('draws a shade for each step of counts, from light for few to dark for many', async () => {
    const chart = aHeatMap({
      xEdges: [0, 1, 2],
      yEdges: [1, 10, 100],
      counts: [
        [1, 0],
        [100, 1],
      ],
      bounds: [],
    })

    const root = await drawn(chart)

    const steps = texts(root).filter((text) => text.includes('–'))
    assert.is(steps[0], '1–3')
    assert.is(steps[steps.length - 1], '41–100')
    const cells = allOf(root, 'path')
      .map(({ attributes }) => (attributes['d'] ?? '').split('M').length - 1)
      .filter((count) => count === 2)
    assert.is(cells.length, 1, 'the two cells of the lightest shade are one shape')
    for (const text of ['Response time', 'Time since the start', '1ms', '10ms', '100ms', '2s'])
      assert.ok(texts(root).includes(text), text)
  })

  test('says that there is nothing to draw', async () => {
    const empty = aHeatMap({ xEdges: [], yEdges: [], counts: [], bounds: [] })

    assert.ok(texts(await drawn(empty)).includes('no data'))
  })
})

describe('A picture of a waterfall', (test) => {
  test('draws each part of each row where it begins, with its figure where there is room', async () => {
    const root = await drawn(aWaterfall())

    const said = texts(root)
    for (const text of ['safe', 'risky', 'complex', 'start delay', 'llm', 'Time', '15ms', '52ms', '80ms'])
      assert.ok(said.includes(text), text)
    assert.not.ok(said.includes('400us'), 'no figure where it would not fit')
    assert.is(fills(root, colourOf(1)).length, 4, 'three bars and the patch in the legend')
  })

  test('keeps the order of rows from above', async () => {
    const rows = allOf(await drawn(aWaterfall()), 'text').filter(({ text }) =>
      ['safe', 'risky', 'complex'].includes(text),
    )

    const below = rows.toSorted((a, b) => placeOf(a).y - placeOf(b).y).map(({ text }) => text)

    assert.equal(below, ['safe', 'risky', 'complex'])
  })
})

describe('Any picture', (test) => {
  const hostile: readonly Chart[] = [
    aLineChart({
      title: HOSTILE,
      note: HOSTILE,
      xAxis: { label: HOSTILE, unit: 's' },
      yAxis: { label: HOSTILE, unit: 'bytes' },
      series: aLineChart().series.map((series) => ({ ...series, label: HOSTILE })),
      bounds: [{ objective: HOSTILE, label: HOSTILE, value: 90 }],
      marks: [{ kind: 'breach', objective: 'p99', label: HOSTILE, x: 1, toX: 2 }],
    }),
    aLineChart({ x: [0, 1], xLabels: [HOSTILE, HOSTILE], xAxis: { label: HOSTILE, unit: 'run' } }),
    aHeatMap({ title: HOSTILE, note: HOSTILE, bounds: [{ objective: HOSTILE, label: HOSTILE, value: 90 }] }),
    aWaterfall({
      title: HOSTILE,
      note: HOSTILE,
      axis: { label: HOSTILE, unit: 'ms' },
      kinds: [{ label: HOSTILE, colour: 0 }],
      rows: [{ label: HOSTILE, parts: [{ kind: 0, from: 0, to: 9 }] }],
    }),
  ]

  test('keeps what is from outside as text, within its bounds', async () => {
    for (const chart of hostile) {
      const root = await drawn(chart)

      assert.is(allOf(root, 'script').length, 0)
      assert.ok(texts(root).some((text) => text.startsWith('<script>&"\'{a|b}')))
      assert.ok(texts(root).every((text) => text.length < 120))
    }
  })

  test('is the same for the same chart, whatever was drawn before', async () => {
    for (const chart of [aLineChart(), aHeatMap(), aWaterfall()]) {
      const { svg } = await renderSvg(chart)

      assert.is((await renderSvg(chart)).svg, svg)
    }
  })

  test('lets no text lie on another', async () => {
    const chart = aLineChart({
      series: Array.from({ length: 12 }, (_, i) => ({
        label: `a step with a name that is not short ${i}`,
        colour: 0,
        style: 'solid',
        values: aLineChart().x.map(() => i),
      })),
      marks: [30, 31, 32].map((x) => ({
        kind: 'breach',
        objective: 'p99',
        label: `missed at ${x}`,
        x,
        toX: null,
      })),
    })

    const { svg, heightPx } = await renderSvg(chart)

    const rows = new Map<number, number[]>()
    for (const text of allOf(readXml(svg), 'text')) {
      const { x, y } = placeOf(text)
      assert.ok(x >= 0 && x < 720 && y > 0 && y < heightPx, text.text)
      rows.set(y, [...(rows.get(y) ?? []), x])
    }
    for (const [y, all] of rows) assert.is(new Set(all).size, all.length, `two at ${y}`)
  })

  test('is wide enough for mail and comments, and opaque for chats that are dark', async () => {
    const { svg, widthPx } = await renderSvg(aLineChart())

    const [background] = allOf(readXml(svg), 'rect')
    assert.is(widthPx, 720)
    assert.is(background?.attributes['width'], '720')
    assert.is(background?.attributes['fill'], '#ffffff')
  })

  test('names what is called as what objects inherit, and leaves that alone', async () => {
    const inherited = () => [Object.prototype, ...HARD_NAMES.map((name) => Reflect.get({}, name))]
    const keysOf = () => inherited().map((value) => Reflect.ownKeys(Object(value)).length)
    const before = keysOf()
    const series = HARD_NAMES.slice(0, 5).map((label, i) => ({
      ...aLineChart().series[0]!,
      label,
      colour: i as 0,
    }))
    const rows = HARD_NAMES.map((label) => ({
      label,
      parts: [{ kind: 0, from: 0, to: 1 }],
    }))
    const kinds = HARD_NAMES.map((label) => ({ label, colour: 0 as const }))

    const lines = texts(await drawn(aLineChart({ series, title: '__proto__', note: 'constructor' })))
    const falls = texts(await drawn(aWaterfall({ kinds, rows })))

    for (const name of HARD_NAMES.slice(0, 5))
      assert.ok(
        lines.some((text) => text.trim() === name),
        name,
      )
    for (const name of HARD_NAMES)
      assert.ok(
        falls.some((text) => text.trim() === name),
        name,
      )
    assert.equal(keysOf(), before)
  })
})
