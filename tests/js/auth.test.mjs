// What the browser does to sign in, done with the very client that it uses.
// Run by tests/server/auth/test_auth_javascript_client.py, which starts the server that
// AUTH_TEST_URL names, a fake GitHub, and an outbox of letters at /test/outbox.
import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { createClient } from "@supabase/supabase-js";

const SERVER = process.env.AUTH_TEST_URL;
const APP = "http://localhost:5173";
const PASSWORD = "correct horse 7";
const newEmail = () => `js-${randomUUID()}@example.com`;

// Node 20 has no WebSocket and createClient wants one, though nothing here is live.
class NoWebSocket {
  close() {}
  send() {}
}

/** A client with a storage of its own: another browser. */
function browser(flowType = "pkce") {
  const kept = new Map();
  return createClient(SERVER, "sb_publishable_test", {
    realtime: { transport: NoWebSocket },
    auth: {
      flowType,
      autoRefreshToken: false,
      detectSessionInUrl: false,
      persistSession: true,
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
    },
  }).auth;
}

/** The value, once the client has said that nothing went wrong. */
function ok({ data, error }) {
  assert.equal(error, null, error?.message);
  return data;
}

async function signedUp(email = newEmail()) {
  const auth = browser();
  return { auth, email, ...ok(await auth.signUp({ email, password: PASSWORD })) };
}

/** Letters are sent after the answer, so this waits for the one that comes. */
async function letterTo(email) {
  for (let tries = 0; tries < 200; tries++) {
    const reply = await fetch(`${SERVER}/test/outbox?to=${encodeURIComponent(email)}`);
    if (reply.ok) return reply.json();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return assert.fail(`no letter to ${email}`);
}

/** Follow redirects as a browser does, until they leave the servers of this test. */
async function follow(address) {
  for (let hops = 0; hops < 6 && address.startsWith(SERVER); hops++) {
    const reply = await fetch(address, { redirect: "manual" });
    if (!reply.headers.get("location")) break;
    address = reply.headers.get("location");
  }
  return new URL(address);
}

async function github(auth, redirectTo = `${APP}/back`) {
  const options = { redirectTo, skipBrowserRedirect: true };
  const { url } = ok(await auth.signInWithOAuth({ provider: "github", options }));
  return follow(url);
}

describe("passwords", () => {
  it("signs up with metadata and a session", async () => {
    const email = newEmail();
    const options = { data: { name: "Ada" } };
    const { session, user } = ok(await browser().signUp({ email, password: PASSWORD, options }));
    assert.equal(session.token_type, "bearer");
    assert.equal(user.email, email);
    assert.equal(user.user_metadata.name, "Ada");
    assert.equal(user.identities[0].provider, "email");
  });

  it("refuses an address that is taken", async () => {
    const { email } = await signedUp();
    const { error } = await browser().signUp({ email, password: PASSWORD });
    assert.equal(error.code, "user_already_exists");
  });

  it("refuses a weak password with the reason", async () => {
    const { error } = await browser().signUp({ email: newEmail(), password: "123" });
    assert.equal(error.name, "AuthWeakPasswordError");
    assert.deepEqual(error.reasons, ["length"]);
  });

  it("signs in, whatever the case of the address", async () => {
    const { email } = await signedUp();
    ok(await browser().signInWithPassword({ email: email.toUpperCase(), password: PASSWORD }));
  });

  it("says the same about a wrong password and an unknown address", async () => {
    const { email } = await signedUp();
    const wrong = await browser().signInWithPassword({ email, password: "wrong" });
    const unknown = await browser().signInWithPassword({ email: newEmail(), password: "wrong" });
    assert.equal(wrong.error.code, "invalid_credentials");
    assert.equal(wrong.error.status, 400);
    assert.deepEqual(wrong.error, unknown.error);
  });

  it("changes the password and ends the other sessions", async () => {
    const { auth, email } = await signedUp();
    const other = browser();
    ok(await other.signInWithPassword({ email, password: PASSWORD }));
    assert.equal((await auth.updateUser({ password: PASSWORD })).error.code, "same_password");
    ok(await auth.updateUser({ password: "another horse 8" }));
    assert.ok((await other.getUser()).error);
    ok(await browser().signInWithPassword({ email, password: "another horse 8" }));
  });

  it("refuses anonymous sign-ins and telephones", async () => {
    const nobody = await browser().signInAnonymously();
    assert.equal(nobody.error.code, "anonymous_provider_disabled");
    const phone = await browser().signInWithOtp({ phone: "+15550100" });
    assert.equal(phone.error.code, "phone_provider_disabled");
  });
});

describe("sessions", () => {
  it("refreshes with a new token each time", async () => {
    const { auth, session } = await signedUp();
    const refreshed = ok(await auth.refreshSession());
    assert.notEqual(refreshed.session.refresh_token, session.refresh_token);
    ok(await auth.getUser());
  });

  it("tolerates the same refresh token twice within seconds", async () => {
    const { auth, session } = await signedUp();
    const { refresh_token } = session;
    const [one, two] = await Promise.all([
      auth.refreshSession({ refresh_token }),
      browser().refreshSession({ refresh_token }),
    ]);
    assert.equal(ok(one).session.refresh_token, ok(two).session.refresh_token);
  });

  it("gives the person and their new metadata", async () => {
    const { auth, email } = await signedUp();
    assert.equal(ok(await auth.getUser()).user.email, email);
    const { user } = ok(await auth.updateUser({ data: { theme: "dark" } }));
    assert.equal(user.user_metadata.theme, "dark");
  });

  it("proves the claims with the published keys", async () => {
    const { auth, user } = await signedUp();
    const { claims, header } = ok(await auth.getClaims());
    assert.equal(header.alg, "ES256");
    assert.equal(claims.sub, user.id);
    assert.equal(claims.role, "authenticated");
    assert.equal(claims.iss, `${SERVER}/auth/v1`);
    assert.ok(claims.session_id);
  });

  it("carries a session to another tab", async () => {
    const { session } = await signedUp();
    const tab = browser();
    const { access_token, refresh_token } = session;
    ok(await tab.setSession({ access_token, refresh_token }));
    ok(await tab.getUser());
  });

  for (const [scope, here, there] of [
    ["local", false, true],
    ["others", true, false],
    ["global", false, false],
  ]) {
    it(`signs out: ${scope}`, async () => {
      const { email, session } = await signedUp();
      const auth = browser();
      const mine = ok(await auth.signInWithPassword({ email, password: PASSWORD })).session;
      ok({ data: null, ...(await auth.signOut({ scope })) });
      assert.equal(!(await browser().getUser(mine.access_token)).error, here);
      assert.equal(!(await browser().getUser(session.access_token)).error, there);
    });
  }
});

describe("GitHub", () => {
  it("comes back with a code that only this browser can use, once", async () => {
    const auth = browser();
    const back = await github(auth);
    assert.equal(back.origin + back.pathname, `${APP}/back`);
    const code = back.searchParams.get("code");
    const { session, user } = ok(await auth.exchangeCodeForSession(code));
    assert.ok(user.app_metadata.providers.includes("github"));
    assert.equal(user.email, "octo@cat.io");
    assert.ok(session.access_token);
    assert.ok((await auth.exchangeCodeForSession(code)).error);
  });

  it("refuses a code without its verifier", async () => {
    const code = (await github(browser())).searchParams.get("code");
    assert.ok((await browser().exchangeCodeForSession(code)).error);
    const raw = await fetch(`${SERVER}/auth/v1/token?grant_type=pkce`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ auth_code: code }),
    });
    assert.equal(raw.status, 400);
    assert.equal((await raw.json()).error_code, "bad_code_verifier");
  });

  it("never redirects to a stranger", async () => {
    for (const evil of ["https://evil.example/x", "//evil.example", `${APP}.evil.example/`]) {
      const back = await github(browser(), evil);
      assert.ok(!back.host.includes("evil"), back.href);
    }
  });

  it("is refused without PKCE", async () => {
    const options = { skipBrowserRedirect: true };
    const { url } = ok(await browser("implicit").signInWithOAuth({ provider: "github", options }));
    assert.equal((await fetch(url, { redirect: "manual" })).status, 400);
  });
});

describe("letters", () => {
  it("resets a password by link", async () => {
    const { email } = await signedUp();
    const auth = browser();
    ok(await auth.resetPasswordForEmail(email, { redirectTo: `${APP}/reset` }));
    const back = await follow((await letterTo(email)).link);
    assert.equal(back.origin + back.pathname, `${APP}/reset`);
    ok(await auth.exchangeCodeForSession(back.searchParams.get("code")));
    ok(await auth.updateUser({ password: "fresh horse 99" }));
    ok(await browser().signInWithPassword({ email, password: "fresh horse 99" }));
  });

  it("signs in by link without PKCE, with the session in the fragment", async () => {
    const { email } = await signedUp();
    ok(await browser("implicit").signInWithOtp({ email, options: { emailRedirectTo: APP } }));
    const back = await follow((await letterTo(email)).link);
    const values = new URLSearchParams(back.hash.slice(1));
    assert.equal(back.search, "");
    ok(await browser().getUser(values.get("access_token")));
  });

  it("signs in by code, once", async () => {
    const { email } = await signedUp();
    const auth = browser();
    ok(await auth.signInWithOtp({ email }));
    const { code: token } = await letterTo(email);
    assert.ok(ok(await auth.verifyOtp({ email, token, type: "email" })).session);
    const again = await auth.verifyOtp({ email, token, type: "email" });
    assert.equal(again.error.code, "otp_expired");
  });

  it("makes an account for a new address, by code", async () => {
    const email = newEmail();
    ok(await browser().signInWithOtp({ email, options: { data: { name: "Bo" } } }));
    const { code: token } = await letterTo(email);
    const { user } = ok(await browser().verifyOtp({ email, token, type: "email" }));
    assert.equal(user.user_metadata.name, "Bo");
  });

  it("says a link is used up in the address it leads to", async () => {
    const { email } = await signedUp();
    ok(await browser().resetPasswordForEmail(email, { redirectTo: `${APP}/reset` }));
    const { link } = await letterTo(email);
    await follow(link);
    const again = await follow(link);
    assert.equal(again.searchParams.get("error_code"), "otp_expired");
  });

  it("changes the address once the new one has answered", async () => {
    const { auth } = await signedUp();
    const email = newEmail();
    assert.equal(ok(await auth.updateUser({ email })).user.new_email, email);
    const { code: token } = await letterTo(email);
    const { user } = ok(await browser().verifyOtp({ email, token, type: "email_change" }));
    assert.equal(user.email, email);
  });

  it("answers the same for an unknown address", async () => {
    ok(await browser().resetPasswordForEmail(newEmail()));
    ok(await browser().resend({ type: "signup", email: newEmail() }));
  });
});

describe("the protocol below the client", () => {
  it("refuses a challenge that no verifier fits", async () => {
    const challenge = createHash("sha256").update(randomBytes(32)).digest("base64url");
    const address = new URL(`${SERVER}/auth/v1/authorize`);
    address.search = new URLSearchParams({
      provider: "github",
      redirect_to: APP,
      code_challenge: challenge,
      code_challenge_method: "s256",
    });
    const code = (await follow(address.href)).searchParams.get("code");
    const raw = await fetch(`${SERVER}/auth/v1/token?grant_type=pkce`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ auth_code: code, code_verifier: challenge }),
    });
    assert.equal((await raw.json()).error_code, "bad_code_verifier");
  });
});
