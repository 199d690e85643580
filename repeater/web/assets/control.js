// The control channel of docs/protocol.md as a viewer speaks it.

const silenceMs = { idle: 60_000, session: 15_000 };

export class ControlChannel {
    /** `hear(message)` gets every message but pings and answers; `over(why)` comes once, when nothing more will. */
    constructor(token, { hear, over }) {
        this.hear_ = hear;
        this.over_ = over;
        this.asked_ = new Map();
        this.lastId_ = 0;
        this.streaming = false;  // the hub is given up sooner then
        this.heard_ = performance.now();
        this.why_ = 'The connection to the hub was lost.';
        this.socket_ = new WebSocket(`wss://${location.host}/api/v1/control`, ['pronto', `token.${token}`]);
        this.socket_.onmessage = (event) => this.receive_(JSON.parse(event.data));
        this.socket_.onclose = () => this.end_();
        this.watch_ = setInterval(() => this.checkSilence_(), 1000);
        this.opened_ = new Promise((resolve) => { this.socket_.onopen = resolve; });
    }

    /** Resolves with `welcome`. */
    async enter() {
        await this.opened_;
        return this.ask({
            type: 'hello', protocol: 1, role: 'viewer', software: 'noVNC in a browser', host_name: '', user: '', system: '',
        });
    }

    /** Sends a message and resolves with its answer; rejects with an Error in the hub's words. */
    ask(message) {
        const id = ++this.lastId_;
        return new Promise((resolve, reject) => {
            this.asked_.set(id, { resolve, reject });
            this.send({ ...message, id });
        });
    }

    send(message) {
        if (this.socket_.readyState === WebSocket.OPEN) this.socket_.send(JSON.stringify(message));
    }

    /** No `over` comes of this. */
    close() {
        this.over_ = () => {};
        this.end_();
    }

    receive_(message) {
        this.heard_ = performance.now();
        if (message.type === 'ping') return this.send({ type: 'pong' });
        if (message.type === 'pong') return undefined;
        const asked = this.asked_.get(message.re);
        this.asked_.delete(message.re);
        if (message.type === 'error') {
            const words = [message.message, message.remedy].filter(Boolean).join(' ');
            if (asked) return asked.reject(new Error(words));
            if (message.re === undefined) this.why_ = words;
        } else if (message.type === 'hub.stopping') {
            this.why_ = 'The hub was stopped.';
        }
        // An answer is news, too: session.state, or session.ended.
        this.hear_(message);
        return asked?.resolve(message);
    }

    checkSilence_() {
        if (performance.now() - this.heard_ <= (this.streaming ? silenceMs.session : silenceMs.idle)) return;
        this.why_ = 'The hub does not answer any more.';
        this.end_();
    }

    end_() {
        clearInterval(this.watch_);
        this.socket_.onmessage = this.socket_.onclose = null;
        this.socket_.close();
        const over = this.over_;
        this.over_ = () => {};
        this.asked_.clear();
        over(this.why_);
    }
}
