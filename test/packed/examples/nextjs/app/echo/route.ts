// What the rest of an application does.
export async function POST(request: Request): Promise<Response> {
  return Response.json(await request.json())
}
