/** What tells this tab of a browser from every other one, for as long as its page lives. */
export const TAB_ID: string = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
  byte.toString(16).padStart(2, '0'),
).join('')
