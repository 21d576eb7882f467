#include "CCurl.h"

#define EASY_OPTION(name, type, option)                      \
    CURLcode ccurl_easy_set_##name(CURL *easy, type value) { \
        return curl_easy_setopt(easy, option, value);        \
    }

#define EASY_SWITCH(name, option)                           \
    CURLcode ccurl_easy_set_##name(CURL *easy, bool on) {   \
        return curl_easy_setopt(easy, option, on ? 1L : 0L); \
    }

#define EASY_CALLBACK(name, type, function_option, data_option)                        \
    CURLcode ccurl_easy_set_##name(CURL *easy, type callback, void *context) {         \
        CURLcode result = curl_easy_setopt(easy, function_option, callback);           \
        return result != CURLE_OK ? result : curl_easy_setopt(easy, data_option, context); \
    }

#define EASY_BLOB(name, option)                                                             \
    CURLcode ccurl_easy_set_##name(CURL *easy, const void *bytes, size_t count) {           \
        struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY}; \
        return curl_easy_setopt(easy, option, &blob);                                       \
    }

EASY_OPTION(error_buffer, char *, CURLOPT_ERRORBUFFER)
EASY_OPTION(share, CURLSH *, CURLOPT_SHARE)
EASY_OPTION(protocols, const char *, CURLOPT_PROTOCOLS_STR)
EASY_SWITCH(no_signal, CURLOPT_NOSIGNAL)
EASY_SWITCH(follow_location, CURLOPT_FOLLOWLOCATION)
EASY_SWITCH(http09_allowed, CURLOPT_HTTP09_ALLOWED)
EASY_OPTION(http_version, long, CURLOPT_HTTP_VERSION)
EASY_OPTION(proxy, const char *, CURLOPT_PROXY)
EASY_OPTION(netrc, long, CURLOPT_NETRC)
EASY_SWITCH(tcp_nodelay, CURLOPT_TCP_NODELAY)
EASY_OPTION(dns_cache_timeout, long, CURLOPT_DNS_CACHE_TIMEOUT)
EASY_OPTION(max_lifetime_connection, long, CURLOPT_MAXLIFETIME_CONN)
EASY_OPTION(user_agent, const char *, CURLOPT_USERAGENT)
EASY_SWITCH(verify_peer, CURLOPT_SSL_VERIFYPEER)
EASY_OPTION(verify_host, long, CURLOPT_SSL_VERIFYHOST)
EASY_OPTION(ssl_version, long, CURLOPT_SSLVERSION)
EASY_OPTION(ca_file, const char *, CURLOPT_CAINFO)
EASY_OPTION(ca_directory, const char *, CURLOPT_CAPATH)
EASY_CALLBACK(write, curl_write_callback, CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA)
EASY_CALLBACK(header, curl_write_callback, CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA)
EASY_CALLBACK(open_socket, curl_opensocket_callback, CURLOPT_OPENSOCKETFUNCTION, CURLOPT_OPENSOCKETDATA)
EASY_CALLBACK(prereq, curl_prereq_callback, CURLOPT_PREREQFUNCTION, CURLOPT_PREREQDATA)
EASY_CALLBACK(resolver_start, curl_resolver_start_callback, CURLOPT_RESOLVER_START_FUNCTION,
              CURLOPT_RESOLVER_START_DATA)

EASY_OPTION(url, const char *, CURLOPT_URL)
EASY_OPTION(custom_request, const char *, CURLOPT_CUSTOMREQUEST)
EASY_OPTION(http_header, struct curl_slist *, CURLOPT_HTTPHEADER)
EASY_OPTION(resolve, struct curl_slist *, CURLOPT_RESOLVE)
EASY_OPTION(timeout_ms, long, CURLOPT_TIMEOUT_MS)
EASY_OPTION(connect_timeout_ms, long, CURLOPT_CONNECTTIMEOUT_MS)
EASY_SWITCH(fresh_connect, CURLOPT_FRESH_CONNECT)
EASY_SWITCH(forbid_reuse, CURLOPT_FORBID_REUSE)
EASY_OPTION(unix_socket_path, const char *, CURLOPT_UNIX_SOCKET_PATH)
EASY_BLOB(ca_blob, CURLOPT_CAINFO_BLOB)
EASY_BLOB(certificate_blob, CURLOPT_SSLCERT_BLOB)
EASY_BLOB(private_key_blob, CURLOPT_SSLKEY_BLOB)

CURLcode ccurl_easy_set_private(CURL *easy, uintptr_t id) {
    return curl_easy_setopt(easy, CURLOPT_PRIVATE, (void *)id);
}

CURLcode ccurl_easy_set_http_get(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
}

CURLcode ccurl_easy_set_no_body(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
}

CURLcode ccurl_easy_set_post(CURL *easy, const void *bytes, curl_off_t count) {
    CURLcode result = curl_easy_setopt(easy, CURLOPT_POST, 1L);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, count);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_POSTFIELDS, bytes);
    return result;
}

ccurl_transfer_info ccurl_easy_transfer_info(CURL *easy) {
    ccurl_transfer_info info = {0};
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &info.status);
    curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &info.connected);
    curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &info.secured);
    curl_easy_getinfo(easy, CURLINFO_STARTTRANSFER_TIME_T, &info.first_byte);
    return info;
}

curl_off_t ccurl_easy_content_length(CURL *easy) {
    curl_off_t length = -1;
    curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return length;
}

CURLMcode ccurl_multi_set_max_connects(CURLM *multi, long count) {
    return curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, count);
}

CURLMcode ccurl_multi_disable_multiplexing(CURLM *multi) {
    return curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

bool ccurl_multi_next_done(CURLM *multi, uintptr_t *id, CURLcode *result) {
    int remaining;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &remaining)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        char *tag = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &tag);
        *id = (uintptr_t)tag;
        *result = message->data.result;
        return true;
    }
    return false;
}

CURLSHcode ccurl_share_tls_sessions(CURLSH *share) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}
