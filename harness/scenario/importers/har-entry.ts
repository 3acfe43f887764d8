/** An entry of a HAR, read with patience: tools leave out what they do not know. */
import * as z from 'zod'

const pairs = z.array(z.looseObject({ name: z.string(), value: z.coerce.string().catch('') })).catch([])
export const entrySchema = z.looseObject({
  startedDateTime: z.string().catch(''),
  time: z.number().catch(0),
  request: z.looseObject({
    method: z.string(),
    url: z.string(),
    headers: pairs,
    postData: z
      .looseObject({
        mimeType: z.string().catch(''),
        text: z.string().optional().catch(undefined),
        params: z
          .array(
            z.looseObject({ name: z.string(), value: z.string().catch(''), fileName: z.string().optional() }),
          )
          .optional()
          .catch(undefined),
      })
      .nullish()
      .catch(null),
  }),
  response: z
    .looseObject({
      status: z.number().catch(0),
      headers: pairs,
      redirectURL: z.string().catch(''),
      content: z
        .looseObject({
          mimeType: z.string().catch(''),
          text: z.string().catch(''),
          encoding: z.string().optional().catch(undefined),
        })
        .catch({ mimeType: '', text: '', encoding: undefined }),
    })
    .nullish()
    .catch(null),
  _resourceType: z.string().optional().catch(undefined),
})
export type Entry = z.output<typeof entrySchema>
