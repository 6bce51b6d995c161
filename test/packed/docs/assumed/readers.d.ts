/** What every page takes for granted: the reader's own table or queue, and the request of the reader's framework. */
declare function keep(delivery: object): Promise<void>
declare function keepForLater(delivery: object): void
declare const request: import('countersign').WebhookRequest & Request
declare function refresh(what: unknown): void
declare function showAccount(id: string | number): void
