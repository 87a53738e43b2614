using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Lazop.Api;
using Lazop.Api.Util;

namespace Lazcore.Tests
{
    /// <summary>The official SDK's names: what its samples write compiles and does the same.</summary>
    public static class LazopTests
    {
        public static void AnExistingIntegrationRuns()
        {
            using (var sandbox = new Sandbox())
            {
                var url = sandbox.Url;
                var appkey = sandbox.AppKey;
                var appSecret = sandbox.AppSecret;
                var accessToken = sandbox.AccessToken;
                ILazopClient client = new LazopClient(url, appkey, appSecret);
                LazopRequest request = new LazopRequest("/orders/get");
                request.SetHttpMethod("GET");
                request.AddApiParameter("created_after", "2026-01-01T00:00:00+08:00");
                request.AddApiParameter("limit", "5");
                LazopResponse response = client.Execute(request, accessToken);
                Check.That(!response.IsError(), response.Body);
                Check.Equal(response.Code, "0");
                Check.Equal(response.Type, null);
                Check.That(response.RequestId.Length > 0 && response.Body.Contains("\"orders\""), "the answer");
                Check.That(response.Body.StartsWith("{") && response.Body.Contains(response.RequestId), "the whole body");

                request = new LazopRequest();
                request.SetApiName("/order/get");
                request.SetHttpMethod("GET");
                request.AddApiParameter("order_id", "1");
                response = client.Execute(request, accessToken, DateTime.UtcNow);
                Check.That(response.IsError() && response.Code != "0", "a refusal is a response");
                Check.That(response.Message.Length > 0 && response.RequestId.Length > 0, "and tells why");

                response = client.Execute(Of("/seller/get"), "50000000000000000000000000000000");
                Check.Equal(response.Code, "IllegalAccessToken");
                Check.That(response.Type != null, "whose error it is");
                Check.Equal(client.Execute(Of("/no/such/path"), accessToken).IsError(), true);
            }
        }

        public static void ATokenMayBeAParameterAndSystemParametersAreOurs()
        {
            using (var sandbox = new Sandbox())
            {
                var client = new LazopClient(sandbox.Url + "/", sandbox.AppKey, sandbox.AppSecret);
                client.SetCustomParameters(new Dictionary<string, string> { { "note", "Áo & 100 %" } });
                var request = Of("seller/get");
                request.AddApiParameter("access_token", sandbox.AccessToken);
                request.AddApiParameter("timestamp", "1");
                request.AddApiParameter("partner_id", "x");
                request.AddApiParameter("blank", "");
                Check.Equal(client.Execute(request).Code, "0");
                var sent = sandbox.Calls().Last().Object("params");
                Check.That(sent["timestamp"] != "1", "the time of the attempt");
                Check.Equal(sent["note"], "Áo & 100 %");
                Check.That(!sent.Names.Contains("blank") && !sent.Names.Contains("partner_id"), "left out");
            }
        }

        public static void FilesAndHeadersAreSent()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox())
            {
                File.WriteAllBytes(folder["picture.png"], new byte[] { 1, 0, 255 });
                var client = new LazopClient(sandbox.Url, sandbox.AppKey, sandbox.AppSecret);
                var files = new[]
                {
                    new FileItem("a.png", new byte[] { 1, 0, 255 }),
                    new FileItem("b.png", new MemoryStream(new byte[] { 1, 0, 255 }), "image/png"),
                    new FileItem(folder["picture.png"]),
                    new FileItem(new FileInfo(folder["picture.png"])),
                };
                foreach (var file in files)
                {
                    Check.That(file.IsValid() && file.GetFileLength() == 3, "a file");
                    var request = new LazopRequest("/order/fulfill/pack");
                    request.AddApiParameter("packReq", "{\"note\":\"ảnh\"}");
                    request.AddFileParameter("image", file);
                    request.AddHeaderParameter("X-Trace", "t-1");
                    // Refused for what it says, by the API itself, behind the check of the signature.
                    var response = client.Execute(request, sandbox.AccessToken);
                    Check.That(response.Code == "0" && response.Body.Contains("\"success\":false"), response.Body);
                    Check.Equal(sandbox.Calls().Last().Text("method"), "POST");
                    Check.Equal(sandbox.Calls().Last().Object("params")["packReq"], "{\"note\":\"ảnh\"}");
                }
            }
        }

        public static void NoAnswerIsThrownAndReadsAreRepeated()
        {
            using (var sandbox = new Sandbox())
            {
                var client = new LazopClient(sandbox.Url, sandbox.AppKey, sandbox.AppSecret);
                client.SetTimeout(5000);
                client.SetReadWriteTimeout(10000);
                client.SetDisableWebProxy(true);
                client.SetLogLevel("DEBUG");
                client.SetSignMethod("sha256");
                sandbox.Misbehave("{\"kind\":\"drop_after\",\"path\":\"/order/package/rts\"}");
                var write = new LazopRequest("/order/package/rts");
                write.AddApiParameter("readyToShipReq", "{\"packages\":[{\"package_id\":\"FP1\"}]}");
                Check.Throws<LazcoreIndeterminateException>(() => client.Execute(write, sandbox.AccessToken));
                sandbox.Misbehave("{\"kind\":\"throttle\",\"path\":\"/seller/get\",\"seconds\":0}");
                Check.Equal(client.Execute(Of("/seller/get"), sandbox.AccessToken).Code, "0");
                sandbox.Misbehave("{\"kind\":\"html_502\",\"path\":\"/seller/get\"}");
                Check.Equal(client.Execute(Of("/seller/get"), sandbox.AccessToken).Code, "0");
                Check.Throws<LazcoreConfigException>(() => new LazopClient(sandbox.Url, "", "secret"));
            }
        }

        public static void ManyTokensInManyThreads()
        {
            using (var sandbox = new Sandbox("--orders 5 --stores 3"))
            {
                var client = new LazopClient(sandbox.Url, sandbox.AppKey, sandbox.AppSecret);
                var tokens = Value.Parse(sandbox.Json).Texts("/store_tokens");
                ThreadTests.InThreads(6, number =>
                {
                    for (var round = 0; round < 15; round++)
                    {
                        Check.Equal(client.Execute(Of("/seller/get"), tokens[(number + round) % 3]).Code, "0");
                        // Tokens that nobody knows push the others out.
                        client.Execute(Of("/seller/get"), "unknown" + number + "x" + round);
                    }
                });
            }
        }

        public static void TheSameSignature()
        {
            var given = new Dictionary<string, string> { { "b", "2" }, { "a", "1" }, { "c_", "ä" } };
            // HMAC-SHA256 of "/x/ya1b2c_ä" with the key "s".
            Check.Equal(
                LazopUtils.SignRequest("/x/y", given, "s", "sha256"),
                "04191C6AD544532A0F796070DD77D933A672B83D2ED54D8535ECE7E80987CD4A");
        }

        private static LazopRequest Of(string path)
        {
            var request = new LazopRequest(path);
            request.SetHttpMethod("GET");
            return request;
        }
    }
}
