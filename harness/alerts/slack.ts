/** Slack, by incoming webhook: blocks, and a text for notifications. Texts of an alert go into plain-text objects only. */
import * as z from 'zod'
import { lookUp } from '../base/names.ts'
import { visible } from '../base/visible.ts'
import type { Written } from '../base/written.ts'
import type { Alert } from '../model/alert.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { AlertChannelPlugin } from '../ports/alert-channel.ts'
import { webUrl } from './config.ts'
import { postJson } from './post-json.ts'
import { factsOf, headlineOf, linkOf, statusWord } from './text.ts'

/** The limits of Slack for a header, a section and the text of a message. */
const HEADER_CHARS_MAX = 150
const SECTION_CHARS_MAX = 3000
/** The three characters with a meaning in Slack texts. */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

const configSchema = z
  .strictObject({
    /** URL of the incoming webhook; as a rule a secret. */
    url: webUrl.describe('URL of the incoming webhook, usually {{secret.NAME}}'),
  })
  .describe('A channel of Slack')
type SlackConfig = z.output<typeof configSchema>

/** Alerts go to a channel of Slack: `slack({ url: secret('SLACK_URL') })`. */
export function slack(config: Written<typeof configSchema>): PluginPlan {
  return { plugin: 'slack', config }
}

/** The `slack` plugin. */
export const slackPlugin: AlertChannelPlugin = {
  name: 'slack',
  summary: 'sends a message to a Slack channel, by incoming webhook',
  configSchema,
  create(config) {
    const { url } = config as SlackConfig
    return {
      send: (alert, signal) => postJson({ url, json: JSON.stringify(messageFor(alert)), signal }),
      close: () => Promise.resolve(),
    }
  },
}

function messageFor(alert: Alert): object {
  const facts = factsOf(alert).map(([label, text]) => `${label}: ${text}`)
  const link = linkOf(alert)
  return {
    text: escaped(headlineOf(alert), SECTION_CHARS_MAX),
    blocks: [
      {
        type: 'header',
        text: plainText(`${statusWord(alert)} ${visible(alert.scenario)}`, HEADER_CHARS_MAX),
      },
      { type: 'section', text: plainText(visible(alert.summary), SECTION_CHARS_MAX) },
      { type: 'section', text: plainText(facts.join('\n'), SECTION_CHARS_MAX) },
      ...(link === null ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: linkText(link) }] }]),
    ],
  }
}

function plainText(text: string, charsMax: number): object {
  return { type: 'plain_text', text: escaped(text, charsMax), emoji: false }
}

/** Escapes a text and then cuts it, but never inside an entity. */
function escaped(text: string, charsMax: number): string {
  let kept = ''
  for (const character of text) {
    const next = lookUp(ENTITIES, character) ?? character
    if (kept.length + next.length > charsMax - 3) return `${kept}...`
    kept += next
  }
  return kept
}

/** Formats a link; a vertical bar would end its URL. */
function linkText(link: string): string {
  return `<${escaped(link.replaceAll('|', '%7C'), SECTION_CHARS_MAX - 20)}|Runbook>`
}
