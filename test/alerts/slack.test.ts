import * as assert from 'uvu/assert'
import { aChannel, aHostileAlert, anAlert, jsonAt, resolved, sendOnce, withService } from '../kit/alerts.ts'
import { describe } from '../kit/suite.ts'

interface Message {
  readonly text: string
  readonly blocks: readonly { readonly type: string; readonly text?: { readonly text: string } }[]
}

/** Blocks of what a webhook gets: https://docs.slack.dev/reference/block-kit/blocks */
describe('The slack channel', (test) => {
  test('posts blocks, and a text for notifications', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('slack', { url: `${url}/services/T0/B0/x` }), anAlert())

      assert.is(posted[0]?.path, '/services/T0/B0/x')
      assert.equal(posted[0]?.json, {
        text: 'CRITICAL checkout: p99(response_time) &lt; 100ms is firing: 182ms over the last 10s',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'CRITICAL checkout', emoji: false } },
          {
            type: 'section',
            text: {
              type: 'plain_text',
              text: 'checkout: p99(response_time) &lt; 100ms is firing: 182ms over the last 10s',
              emoji: false,
            },
          },
          {
            type: 'section',
            text: {
              type: 'plain_text',
              text: [
                'objective: p99(response_time) &lt; 100ms',
                'observed: 182ms',
                'bound: &lt; 100ms',
                'samples: 4,310',
                'owner: team-pay',
                'runbook: https://runbooks.example.org/checkout?step=1',
                'run: run-1',
                'correlation id: c-7',
                'at: 2026-11-21T09:30:05.120Z',
                'component: llm',
              ].join('\n'),
              emoji: false,
            },
          },
          {
            type: 'context',
            elements: [{ type: 'mrkdwn', text: '<https://runbooks.example.org/checkout?step=1|Runbook>' }],
          },
        ],
      })
    }))

  test('says that it is over', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('slack', { url }), resolved(anAlert()))

      assert.is(jsonAt<Message>(posted, 0).text, 'RESOLVED checkout: p99(response_time) &lt; 100ms is ok')
    }))

  test('lets nothing of an alert be markup or a mention', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('slack', { url }), aHostileAlert())

      const { body } = posted[0]!
      assert.not.match(body, /[<>]|mrkdwn/)
      assert.not.match(body, /&(?!amp;|lt;|gt;)/)
      assert.match(body, '&lt;!channel&gt; &amp;amp; ')
    }))

  test('does not let an address end where its author did not end it', () =>
    withService(async ({ url, posted }) => {
      await sendOnce(aChannel('slack', { url }), anAlert({ runbook: 'https://x.example/a|b>c&d' }))

      assert.match(posted[0]?.body ?? '', '<https://x.example/a%7Cb%3Ec&amp;d|Runbook>')
    }))

  test('stays within the limits of Slack, whole entities included', () =>
    withService(async ({ url, posted }) => {
      const long = '<&>'.repeat(5000)
      await sendOnce(
        aChannel('slack', { url }),
        anAlert({ scenario: long, summary: long, annotations: { a: long } }),
      )

      const { text, blocks } = jsonAt<Message>(posted, 0)
      const lengths = blocks.map((block) => block.text?.text.length ?? 0)
      assert.ok(text.length <= 3000 && (lengths[0] ?? 0) <= 150, `${text.length} ${lengths}`)
      assert.ok(lengths.every((length) => length <= 3000))
      assert.match(text, /&(amp|lt|gt);\.\.\.$/)
    }))
})
