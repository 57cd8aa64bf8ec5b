/** Whether a page is for people who are not signed in as well. */
export const isPublic = (pathname: string): boolean =>
  /^\/(sign-in|auth\/callback|auth\/new-password|invitation)(\/|$)/.test(pathname)
