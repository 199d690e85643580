// A session in the browser: log in, choose, wait for the guest, see and control.

import * as api from './api.js';
import { ControlChannel } from './control.js';
import { Screen, combinations } from './screen.js';
import * as words from './words.js';

const at = (id) => document.getElementById(id);
const parts = ['login', 'list', 'joining', 'ended', 'session'];
const longestClipboardBytes = 48 * 1024;
const lostGraceMs = 5000;

/** The session the address names, if any: /view/{session}. */
function addressed() {
    return location.pathname.replace(/^\/view\/?/, '');
}

/** The session we take part in, from joining to its end. */
let joined = null;

function show(part) {
    for (const id of parts) at(id).hidden = id !== part;
    document.body.classList.toggle('in-session', part === 'session');
    at('who').textContent = api.operatorName();
    at('log-out').hidden = !api.token();
    if (part !== 'session' && document.fullscreenElement) document.exitFullscreen();
    if (part !== 'session') document.title = 'Pronto';
}

function say(id, text) {
    at(id).textContent = text;
    at(id).hidden = !text;
}

// ---- Log-in

function showLogin(problem = '') {
    show('login');
    say('login-problem', problem);
    at('password').value = '';
    at(at('user').value ? 'password' : 'user').focus();
}

async function logIn(event) {
    event.preventDefault();
    at('log-in').disabled = true;
    try {
        await api.logIn(at('user').value, at('password').value);
        at('password').value = '';
        await showList();
    } catch (refusal) {
        showLogin(refusal.message);
    } finally {
        at('log-in').disabled = false;
    }
}

async function logOut() {
    leave();
    await api.logOut();
    showLogin();
}

// ---- The list

function sessionRow(entry) {
    const row = at('session-row').content.cloneNode(true);
    row.querySelector('.name').textContent = entry.name;
    row.querySelector('.detail').textContent = words.about(entry);
    for (const [button, mode] of [['.control', 'control'], ['.look', 'view']]) {
        const named = row.querySelector(button);
        named.setAttribute('aria-label', `${named.textContent.trim()}: ${entry.name}`);
        named.addEventListener('click', () => join(entry, mode));
    }
    return row;
}

async function showList(problem = '') {
    let entries;
    try {
        entries = await api.runningSessions();
    } catch (refusal) {
        if (refusal.status === 401) {
            api.forget();
            return showLogin(refusal.message);
        }
        entries = [];
        problem ||= refusal.message;
    }
    const wanted = addressed();
    const chosen = entries.filter((entry) => entry.session === wanted);
    if (chosen.length > 0) entries = chosen;
    at('list-heading').textContent = chosen.length > 0 ? 'Join this session' : 'Running sessions';
    say('list-problem', problem || (wanted && chosen.length === 0 ? `The session ${wanted} is not running.` : ''));
    say('list-empty', entries.length === 0 ? 'No session is running.' : '');
    at('sessions').replaceChildren(...entries.map(sessionRow));
    return show('list');
}

// ---- A session

async function join(entry, mode) {
    leave();
    const session = { entry, id: entry.session, mode, state: { guest: entry.name }, clipboard: false, channel: null, lost: null };
    joined = session;
    at('step').textContent = words.step({ state: 'requested', guest: entry.name });
    show('joining');
    at('cancel').focus();
    session.channel = new ControlChannel(api.token(), {
        hear: (message) => hear(session, message),
        over: (why) => finish(session, { heading: 'The connection was lost', message: why }),
    });
    try {
        const welcome = await session.channel.enter();
        session.clipboard = welcome.policy.clipboard;
        await session.channel.ask({ type: 'session.join', session: session.id, mode });
    } catch (refusal) {
        if (joined !== session) return;
        leave();
        await showList(refusal.message);
    }
}

function hear(session, message) {
    if (joined !== session) return;
    if (message.type === 'error') return say('status', [message.message, message.remedy].filter(Boolean).join(' '));
    if (message.session !== session.id) return;
    if (message.type === 'session.state') showState(session, message);
    else if (message.type === 'session.stream') showStream(session, message);
    else if (message.type === 'session.ended') {
        session.over = true;
        finish(session, words.end(message));
    } else if (message.type === 'clipboard') showCopied(message.text);
}

function showState(session, state) {
    session.state = state;
    session.mode = state.mode;
    session.channel.streaming = state.state === 'streaming';
    at('step').textContent = words.step(state);
    at('guest').textContent = state.guest;
    say('status', state.state === 'paused' ? words.step(state) : words.company(state));
    showControls(session);
}

function showStream(session, stream) {
    clearTimeout(session.lost);
    screen.viewOnly = session.mode === 'view' || (session.shown && screen.viewOnly);
    screen.open(stream);
}

function showScreen() {
    if (!joined) return;
    joined.shown = true;
    document.title = `${joined.state.guest} - Pronto`;
    show('session');
    showControls(joined);
    screen.focus();
}

/** The hub says next why the stream ended, or opens another one. */
function lostStream() {
    const session = joined;
    if (!session) return;
    session.lost = setTimeout(() => finish(session, { heading: 'The connection was lost', message: 'The screen of the guest comes no more.' }), lostGraceMs);
}

function finish(session, { heading, message }) {
    if (joined !== session) return;
    leave();
    at('ended-heading').textContent = heading;
    at('ended-message').textContent = message;
    show('ended');
    at('ended-heading').focus();
}

/** Ends our part in it; nothing more is heard of it. */
function leave() {
    const session = joined;
    joined = null;
    screen.close();
    closePanels();
    at('clipboard-text').value = '';
    if (!session) return;
    clearTimeout(session.lost);
    if (!session.over) session.channel.send({ type: 'session.end', session: session.id });
    session.channel.close();
}

async function goBack() {
    leave();
    await showList();
}

// ---- The toolbar

function showControls(session) {
    const controls = session.mode === 'control' && !screen.viewOnly;
    const control = at('control');
    control.disabled = session.mode !== 'control';
    control.title = control.disabled ? 'This session was joined for viewing only.' : '';
    control.setAttribute('aria-pressed', controls);
    for (const id of ['ctrl-alt-del', 'open-keys']) at(id).disabled = !controls;
    at('open-clipboard').disabled = !controls || !session.clipboard;
    at('open-clipboard').title = session.clipboard ? '' : 'The hub does not pass clipboards on.';
    if (!controls) closePanels();
}

function switchControl() {
    screen.viewOnly = !screen.viewOnly;
    showControls(joined);
    screen.focus();
}

function switchFit() {
    screen.fit = !screen.fit;
    at('fit').setAttribute('aria-pressed', screen.fit);
}

async function switchFullScreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await at('session').requestFullscreen().catch(() => say('status', 'This browser does not allow full screen.'));
    screen.focus();
}

function showFullScreen() {
    const full = document.fullscreenElement !== null;
    at('full-screen').setAttribute('aria-pressed', full);
    if (full) say('status', 'Full screen. Ctrl+Alt+Enter or Esc brings the window back.');
    else if (joined) say('status', words.company(joined.state));
}

const panels = [['open-clipboard', 'clipboard-panel', 'clipboard-text'], ['open-keys', 'keys-panel', 'type-text']];

function closePanels() {
    for (const [button, panel] of panels) {
        at(panel).hidden = true;
        at(button).setAttribute('aria-expanded', false);
    }
}

function switchPanel([button, panel, field]) {
    const open = at(panel).hidden;
    closePanels();
    at(panel).hidden = !open;
    at(button).setAttribute('aria-expanded', open);
    if (open) at(field).focus();
    else screen.focus();
}

// ---- Clipboard and keys

function showCopied(text) {
    if (!joined?.clipboard || screen.viewOnly) return;
    at('clipboard-text').value = text;
    at('clipboard-note').textContent = `Copied on ${joined.state.guest}.`;
}

/** What RFB can say of a text: Latin-1. */
const asCutText = (text) => [...text].map((c) => (c.codePointAt(0) < 256 ? c : '?')).join('');

/** Our own agents tell of a text twice, by the control channel and, for other viewers, by RFB: the former has all of it. */
function showCutText(text) {
    if (text !== asCutText(at('clipboard-text').value)) showCopied(text);
}

function sendClipboard() {
    const text = at('clipboard-text').value;
    if (new TextEncoder().encode(text).length > longestClipboardBytes) {
        at('clipboard-note').textContent = 'This text is too long: 48 KiB at most.';
        return;
    }
    joined.channel.send({ type: 'clipboard', session: joined.id, text });
    at('clipboard-note').textContent = `Sent to ${joined.state.guest}.`;
}

async function copyClipboard() {
    try {
        await navigator.clipboard.writeText(at('clipboard-text').value);
        at('clipboard-note').textContent = 'Copied to this computer.';
    } catch {
        at('clipboard-text').select();
        at('clipboard-note').textContent = 'The browser does not allow it. Press Ctrl+C.';
    }
}

function typeText(event) {
    event.preventDefault();
    screen.type(at('type-text').value);
    at('type-text').value = '';
}

function keyButton([name, keys]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = name;
    button.addEventListener('click', () => screen.press(keys));
    return button;
}

/** Two combinations never reach the guest: the ways out of the screen for people without a mouse. */
function catchKeys(event) {
    if (!joined?.shown || !event.ctrlKey || !event.altKey || event.shiftKey) return;
    if (event.key === 'Enter') switchFullScreen();
    else if (event.key === 'Home') at('control').disabled ? at('fit').focus() : at('control').focus();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
}

const screen = new Screen(at('screen'), { shown: showScreen, copied: showCutText, lost: lostStream });

at('login-form').addEventListener('submit', logIn);
at('type-form').addEventListener('submit', typeText);
at('keys').replaceChildren(...combinations.map(keyButton));
for (const panel of panels) at(panel[0]).addEventListener('click', () => switchPanel(panel));
const clicks = {
    'log-out': logOut, refresh: () => showList(), cancel: goBack, back: goBack, disconnect: goBack, control: switchControl, fit: switchFit,
    'full-screen': switchFullScreen, 'ctrl-alt-del': () => { screen.ctrlAltDel(); screen.focus(); },
    'send-clipboard': sendClipboard, 'copy-clipboard': copyClipboard,
};
for (const [id, then] of Object.entries(clicks)) at(id).addEventListener('click', then);
document.addEventListener('keydown', catchKeys, true);
document.addEventListener('fullscreenchange', showFullScreen);
window.addEventListener('pagehide', leave);

if (api.token()) showList();
else showLogin();
