import * as assert from 'uvu/assert'
import { describeChart, formatOnChart } from '../../harness/text/chart-text.ts'
import { describe } from '../kit/suite.ts'

describe('formatOnChart', (test) => {
  test('gives every value its unit', () => {
    assert.is(formatOnChart(250, 'ms'), '250ms')
    assert.is(formatOnChart(90, 's'), '1m30s')
    assert.is(formatOnChart(0.0123, 'ratio'), '1.23 %')
    assert.is(formatOnChart(12.5 * 2 ** 20, 'bytes'), '12.5 MiB')
    assert.is(formatOnChart(1, 'cores'), '1 core')
    assert.is(formatOnChart(1234.5, '1/s'), '1,235/s')
    assert.is(formatOnChart(12.345, '1/s'), '12.3/s')
  })

  test('reads nines as percentiles', () => {
    const places = [Math.log10(2), 1, 2, 3, 4]

    assert.equal(
      places.map((place) => formatOnChart(place, 'percentile')),
      ['50 %', '90 %', '99 %', '99.9 %', '99.99 %'],
    )
  })

  test('writes zero without a unit that would not be the one of the axis', () => {
    assert.is(formatOnChart(0, 's'), '0')
    assert.is(formatOnChart(0, 'ms'), '0')
  })
})

describe('describeChart', (test) => {
  test('says what a picture of lines shows, with units, bounds and what happened', () => {
    const words = describeChart({
      kind: 'lines',
      id: 'rate',
      title: 'Rate',
      note: '',
      xAxis: { label: 'time', unit: 's' },
      x: [1, 2, 3],
      xLabels: null,
      yAxis: { label: 'rate', unit: '1/s' },
      series: [
        { label: 'started', colour: 0, style: 'solid', values: [10, null, 30] },
        { label: 'dropped', colour: 1, style: 'solid', values: [null, null, null] },
      ],
      isStacked: false,
      bands: [],
      bounds: [{ objective: 'rate', label: 'rate >', value: 20 }],
      marks: [{ kind: 'stop', objective: null, label: 'stopped', x: 2, toX: null }],
    })

    assert.is(
      words,
      'Rate. time 1s to 3s. started: 10/s to 30/s, at the end 30/s. dropped: no figures. bound rate >: 20/s. stopped at 2s.',
    )
  })

  test('says where most of a heat map lies, and how the time of each step is made up', () => {
    const heat = describeChart({
      kind: 'heat-map',
      id: 'heat',
      title: 'Heat',
      note: '',
      xAxis: { label: 'time', unit: 's' },
      xEdges: [0, 1, 2],
      yAxis: { label: 'response time', unit: 'ms', isLog: true },
      yEdges: [1, 10, 100],
      counts: [
        [5, 1],
        [7, 0],
      ],
      shades: [],
      bounds: [],
    })
    const waterfall = describeChart({
      kind: 'waterfall',
      id: 'waterfall',
      title: 'Parts',
      note: '',
      axis: { label: 'mean', unit: 'ms' },
      kinds: [
        { label: 'db', colour: 0 },
        { label: 'other', colour: 'quiet' },
      ],
      rows: [
        {
          label: 'pay',
          parts: [
            { kind: 0, from: 0, to: 8 },
            { kind: 1, from: 8, to: 10 },
          ],
        },
      ],
    })

    assert.is(heat, 'Heat. 13 in 2 columns of time. most between 1ms and 10ms.')
    assert.is(waterfall, 'Parts. pay: db 8ms, other 2ms.')
  })
})
