# Sourced by what starts the bundled agent: a proxy that was set by hand in the desktop's settings (GNOME's, which Cinnamon,
# MATE, Budgie and Xfce's browsers share, or KDE's) becomes the environment's, which libproxy reads. Its own plugins for
# desktops were made for the computer's libraries, not for the bundle's. What the environment says already stays.

# KIND HOST PORT, as people type them; prints nothing if that is no address.
proxy_address() {
    desktop_host=$(printf '%s\n' "$2" | sed 's|^ *||; s|^[A-Za-z0-9]*://||; s|[/ ]*$||')
    case $desktop_host in '' | *' '*) return 0 ;; \[*) ;; *:*) desktop_host="[$desktop_host]" ;; esac
    case $3 in '' | 0 | *[!0-9]*) return 0 ;; esac
    printf '%s://%s:%s\n' "$1" "$desktop_host" "$3"
}

gnome_setting() { # SCHEMA KEY
    gsettings get "org.gnome.system.proxy$1" "$2" 2>/dev/null | sed "s/^'\(.*\)'\$/\1/"
}

gnome_proxy() {
    [ "$(gnome_setting '' mode)" = manual ] || return 0
    for kind in https:http http:http socks:socks5; do
        desktop_proxy=$(proxy_address "${kind#*:}" "$(gnome_setting ".${kind%:*}" host)" "$(gnome_setting ".${kind%:*}" port)")
        [ -z "$desktop_proxy" ] || break
    done
    # ['localhost', '127.0.0.0/8'], or @as [] if there is none
    desktop_exceptions=$(gnome_setting '' ignore-hosts | sed "s/^@as//; s/[]'[ ]//g")
}

kde_setting() { # KEY
    "$kreadconfig" --file kioslaverc --group 'Proxy Settings' --key "$1" 2>/dev/null
}

kde_proxy() {
    kreadconfig=$(command -v kreadconfig6 || command -v kreadconfig5) || return 0
    [ "$(kde_setting ProxyType)" = 1 ] || return 0
    # A proxy for some places only, which the environment cannot say, is left to people.
    [ "$(kde_setting ReversedException)" != true ] || return 0
    for kind in https:http http:http socks:socks5; do
        # http://proxy.example 3128, in older settings with a colon
        desktop_place=$(kde_setting "${kind%:*}Proxy" | sed 's|[/ ]*$||')
        desktop_proxy=$(proxy_address "${kind#*:}" "${desktop_place%[ :]*}" "${desktop_place##*[ :]}")
        [ -z "$desktop_proxy" ] || break
    done
    desktop_exceptions=$(kde_setting NoProxyFor)
}

# all_proxy is not asked after: libproxy does not read it, and terminals set it from the same settings.
heed_desktop_proxy() {
    [ -z "${https_proxy:-}${HTTPS_PROXY:-}${http_proxy:-}${HTTP_PROXY:-}" ] || return 0
    desktop_proxy= desktop_exceptions=
    case ${XDG_CURRENT_DESKTOP:-} in
        *KDE*) kde_proxy ;;
        *) if command -v gsettings >/dev/null; then gnome_proxy; fi ;;
    esac
    [ -n "$desktop_proxy" ] || return 0
    https_proxy=$desktop_proxy
    export https_proxy
    if [ -n "$desktop_exceptions" ] && [ -z "${no_proxy:-}${NO_PROXY:-}" ]; then
        no_proxy=$desktop_exceptions
        export no_proxy
    fi
}
