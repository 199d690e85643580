// What happens in a session, in words.

/** Of a `session.state`. */
export function step(state) {
    const guest = state.guest;
    switch (state.state) {
        case 'requested': return `Asking ${guest} ...`;
        case 'asked': return `Waiting for ${guest} to agree ...`;
        case 'granted': return `${guest} agreed. Opening the screen ...`;
        case 'paused': return `The connection to ${guest} is interrupted. Waiting for it to come back ...`;
        default: return 'Opening the screen ...';
    }
}

/** Who sees the screen and whether it is recorded, of a `session.state`. */
export function company(state) {
    const others = (state.viewers ?? []).filter((viewer) => viewer.leg !== state.leg)
        .map((viewer) => viewer.operator + (viewer.mode === 'view' ? ' (viewing)' : ''));
    const words = [];
    if (others.length > 0) words.push(`Also here: ${others.join(', ')}.`);
    if (state.recorded && state.paused_by === 'nobody') words.push('This session is recorded.');
    if (state.recorded && state.paused_by !== 'nobody') words.push('The recording is paused.');
    return words.join(' ');
}

const headings = {
    operator: 'The session has ended',
    guest: 'The guest has ended the session',
    drop: 'The connection was lost',
    refused: 'The guest did not agree',
    timed_out: 'The guest did not answer',
    hub_stopped: 'The hub was stopped',
};

function duration(ms) {
    const seconds = Math.round(ms / 1000);
    const minutes = Math.floor(seconds / 60);
    return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** Of a `session.ended`: {heading, message}. */
export function end(ended) {
    const words = [ended.message];
    if (ended.duration_ms > 0) words.push(`It lasted ${duration(ended.duration_ms)}.`);
    return { heading: headings[ended.reason] ?? 'The session has ended', message: words.filter(Boolean).join(' ') };
}

/** Of a presence entry: what tells one guest from another. */
export function about(entry) {
    return [entry.user, entry.host_name, entry.system].filter(Boolean).join(' · ');
}
