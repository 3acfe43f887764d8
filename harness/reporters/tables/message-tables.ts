/** Tables of the messages of targets that consume what they publish. */
import { formatCount } from '../../base/units.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Table } from './table.ts'

/** Lists what became of the messages of the whole run: published = delivered + lost + in doubt. */
export function messagesTable({ summary }: Verdict): Table {
  return {
    title: 'Messages, warm-up included: published = delivered + lost + in doubt',
    heads: ['target', 'published', 'delivered', 'lost', 'in doubt', 'refused', 'twice', 'out of order'],
    rows: Object.entries(summary.messages).map(([target, figures]) => [
      target,
      ...[
        figures.published,
        figures.delivered,
        figures.lost,
        figures.inDoubt,
        figures.refused,
        figures.duplicates,
        figures.reordered,
      ].map(formatCount),
    ]),
    notes: [
      {
        head: 'counted besides',
        texts: Object.values(summary.messages).map(({ mode, subscribers, late, foreign, skewed }) =>
          [
            mode === 'each' ? `each message for all of ${subscribers} subscribers` : '',
            late > 0 ? `${formatCount(late)} arrived after they were given up as lost` : '',
            foreign > 0 ? `${formatCount(foreign)} of no publisher of this run` : '',
            skewed > 0 ? `${formatCount(skewed)} not timed: they arrived before they were sent` : '',
          ]
            .filter((text) => text !== '')
            .join('; '),
        ),
      },
    ],
  }
}
