// The hub's REST API, as far as the page needs it. The log-in's token stays in this tab and is never part of an address.

const tokenKey = 'pronto.token';
const nameKey = 'pronto.operator';

/** What the hub refuses: `message` is for people, `status` of HTTP, 0 if the hub was not reached. */
export class Refusal extends Error {
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

async function ask(method, path, body) {
    const headers = {};
    if (body) headers['Content-Type'] = 'application/json';
    if (token()) headers.Authorization = `Bearer ${token()}`;
    let answer;
    try {
        answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: 'no-store', credentials: 'omit' });
    } catch {
        throw new Refusal(0, 'The hub does not answer. Check the network and try again.');
    }
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refusal(answer.status, [said.message, said.remedy].filter(Boolean).join(' ') || `The hub answered ${answer.status}.`);
    return said;
}

export function token() {
    return sessionStorage.getItem(tokenKey);
}

/** The operator's name while he is logged in. */
export function operatorName() {
    return sessionStorage.getItem(nameKey) ?? '';
}

export async function logIn(user, password) {
    forget();
    const answer = await ask('POST', '/api/v1/login', { user, password });
    sessionStorage.setItem(tokenKey, answer.token);
    sessionStorage.setItem(nameKey, answer.operator.name);
}

/** The token is dead afterwards, as far as the hub can be reached; here it is in any case. */
export async function logOut() {
    await ask('POST', '/api/v1/logout').catch(() => {});
    forget();
}

export function forget() {
    sessionStorage.removeItem(tokenKey);
    sessionStorage.removeItem(nameKey);
}

/** The presence entries of guests with a session whose screen is shown. */
export async function runningSessions() {
    const { entries } = await ask('GET', '/api/v1/online');
    // A VNC server that registered at the hub gives one picture: nobody can join its session.
    return entries.filter((entry) => entry.role === 'guest' && entry.session && entry.kind !== 'vnc');
}
