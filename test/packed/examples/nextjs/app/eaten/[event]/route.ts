// The mistake: the body is read ahead of the receiver.
import { POST as receive } from '../../webhooks/sighten/[event]/route.ts'

export async function POST(request: Request, context: { params: Promise<{ event: string }> }): Promise<Response> {
  await request.json()
  return receive(request, context)
}
