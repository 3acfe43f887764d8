import * as assert from 'uvu/assert'
import { aChannel, aHostileAlert, anAlert, aTextStream, resolved, sendOnce } from '../kit/alerts.ts'
import { describe } from '../kit/suite.ts'

describe('The console channel', (test) => {
  test('says what fires, and where it is written what to do, on one line', async () => {
    const stderr = aTextStream()
    await sendOnce(aChannel('console', {}, { stderr }), anAlert())

    assert.is(
      stderr.text,
      'ALERT CRITICAL checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s (runbook: https://runbooks.example.org/checkout?step=1)\n',
    )
  })

  test('says that it is over', async () => {
    const stderr = aTextStream()
    await sendOnce(aChannel('console', {}, { stderr }), resolved(anAlert()))

    assert.is(stderr.text, 'ALERT RESOLVED checkout: p99(response_time) < 100ms is ok\n')
  })

  test('has a colour for every severity on a terminal, and none elsewhere', async () => {
    const colours = []
    for (const severity of ['info', 'warning', 'major', 'critical'] as const) {
      const stderr = aTextStream(true)
      await sendOnce(aChannel('console', {}, { stderr }), anAlert({ severity }))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
      colours.push(/^((\u001b\[\d+m)+)ALERT/.exec(stderr.text)?.[1])
    }

    assert.equal(colours, ['\u001b[36m', '\u001b[33m', '\u001b[31m', '\u001b[1m\u001b[31m'])
  })

  test('lets nothing of an alert steer the terminal or add a line', async () => {
    const stderr = aTextStream()
    await sendOnce(aChannel('console', {}, { stderr }), aHostileAlert())

    const [line = '', rest] = stderr.text.split('\n')
    assert.is(rest, '')
    assert.not.match(line, /[\p{Cc}\p{Cf}\p{Cs}]/u)
    assert.match(line, '\\u{1b}[31mred\\u{1b}[0m\\u{d}\\u{a}Bcc')
  })
})
