// What the rest of an application does.
import type { NextApiRequest, NextApiResponse } from 'next'

export default function handle(request: NextApiRequest, response: NextApiResponse): void {
  response.json(request.body)
}
